"""Forging control with a real guard and a real node; only the API server is in memory."""

from __future__ import annotations

import random
import re
import signal
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from forge_manager.clocks import read_boot_id, read_clocks
from forge_manager.control.credentials import KnownCredentials
from forge_manager.control.executor import Executor
from forge_manager.control.loop import Candidacy, ControlLoop
from forge_manager.control.observer import Observer
from forge_manager.control.scraper import Scraper
from forge_manager.control.status import ForgingStatus
from forge_manager.election.elector import Elector
from forge_manager.election.terms import Terms, terms_for
from forge_manager.forging.machine import ForgingMachine
from forge_manager.forging.phases import Phase
from forge_manager.guard.logic import LiveKeys
from forge_manager.guard.node_watch import NodeWatch
from forge_manager.node.address import Address
from forge_manager.node.metric import ForgingMetric
from forge_manager.node.peer import check_socket, hold_peer
from forge_manager.telemetry import Telemetry
from tests.sidecar.conftest import paths_in
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.credentials.judging import judge, judge_files
from tests.sidecar.guard.pod import FILES, Pod, report
from tests.sidecar.waiting import until
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.keys import CredentialFiles
    from tests.support.standin import StandinProcess

POOL = Pool.generate(b"guard")
SHORT = terms_for(5)
USUAL = terms_for(15)


class Manager:
    """The loop of one manager on a pod, with handles for what happens around it."""

    def __init__(self, pod: Pod, lease: MemoryLease, metrics_port: int, terms: Terms) -> None:
        name = "a-0"
        self.status = ForgingStatus()
        self.telemetry = Telemetry()
        self.terminating = False
        self.rounds = 0
        self.pod = pod
        self.provision(FILES)
        found = pod.state.fence()
        address = Address("127.0.0.1", metrics_port, "/metrics")
        metric = ForgingMetric(address, "cardano_node_metrics_forging_enabled", seconds=1.0)
        elector = Elector(
            identity=f"{name}_uid",
            pool_id="pool1",
            terms=terms,
            former_tenures=found.tenures if found else (),
        )
        self.loop = ControlLoop(
            machine=ForgingMachine(pod_name=name, boot_id=read_boot_id(), found=found),
            candidacies=(Candidacy(elector, lease),),
            observer=Observer(
                watch=NodeWatch(hold_peer=lambda: hold_peer(pod.socket).held, named=lambda: None),
                check_socket=lambda: check_socket(pod.socket),
                keys=pod.node_keys,
                state=pod.state,
                is_booting=lambda: False,
            ),
            scraper=Scraper(metric.scrape),
            executor=Executor(
                state=pod.state, keys=pod.node_keys, clocks=read_clocks, telemetry=self.telemetry
            ),
            credentials=KnownCredentials(
                target=paths_in(pod.target), judge=judge_files, telemetry=self.telemetry
            ).look,
            terminating=lambda: self.terminating,
            status=self.status,
            telemetry=self.telemetry,
            beat=self._beat,
            clocks=read_clocks,
            jitter=random.random,
        )

    def _beat(self) -> None:
        self.rounds += 1

    def provision(self, files: CredentialFiles) -> None:
        """Have another checked set, as the provisioner does."""
        self.pod.provision(files)
        self.telemetry.set_checked(judge(files), self.pod.node_keys.checked_name())

    @property
    def phase(self) -> Phase:
        return self.status.state.phase


@contextmanager
def running(
    pod: Pod, lease: MemoryLease, metrics_port: int, terms: Terms = SHORT
) -> Iterator[Manager]:
    manager = Manager(pod, lease, metrics_port, terms)
    manager.loop.start()
    try:
        yield manager
    finally:
        manager.loop.stop()


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[Pod]:
    """A pod whose keys are checked and whose guard is at work."""
    pod = Pod(tmp_path)
    pod.provision(FILES)
    with pod.guard():
        until(lambda: pod.live is LiveKeys.ALL)
        yield pod


@pytest.fixture
def node(pod: Pod) -> Iterator[StandinProcess]:
    # The manager publishes a fence before a node can be up, as the startup gate sees to it.
    pod.publish(None, off=True)
    with pod.node() as node:
        yield node


def forges(manager: Manager) -> bool:
    return manager.phase is Phase.FORGING and manager.status.state.forging is True


def test_the_leader_forges_and_hands_over_in_order(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        assert lease.lease.record.holder == "a-0_uid"
        assert not manager.status.state.handed_over
        assert pod.node_keys.look() == (LiveKeys.ALL, True)
        manager.terminating = True
        until(lambda: manager.status.state.handed_over, seconds=10)
        assert manager.status.state.forging is False
        assert lease.lease.record.holder == ""
        assert pod.node_keys.look() == (LiveKeys.NONE, True)
        assert node.process.poll() is None


def test_a_standby_has_no_keys_and_does_not_forge(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        lease.edit(holder="b-0_uid")
        until(lambda: manager.phase is Phase.STANDBY, seconds=20)
        until(lambda: pod.live is LiveKeys.NONE)
        node.process.send_signal(signal.SIGHUP)  # an operator's, for the topology
        until(lambda: manager.status.state.forging is False)
        assert node.process.poll() is None


def test_a_leader_whose_node_ends_gives_the_lease_up_and_puts_the_keys_back(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        node.process.kill()
        until(lambda: pod.live is LiveKeys.ALL and manager.phase is Phase.NO_NODE, seconds=5)
        until(lambda: lease.lease.record.holder == "", seconds=5)


def test_out_of_reach_of_the_api_server_it_switches_off_before_the_lease_ends(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        lease.out_of_reach = True
        until(lambda: manager.phase is Phase.STANDBY, seconds=SHORT.lease_duration_s)
        assert manager.status.state.forging is False
        assert node.process.poll() is None


def test_a_manager_that_is_started_again_adopts_the_forging_node(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port, USUAL) as manager:
        until(lambda: forges(manager), seconds=20)
    with running(pod, lease, node.metrics_port, USUAL) as after:
        until(lambda: forges(after), seconds=20)
        assert node.process.poll() is None
        assert after.telemetry.facts().signals == {}


def fail() -> None:
    raise RuntimeError("a defect")


def test_news_that_fails_does_not_end_the_loop(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        manager.loop.post(fail)
        until(lambda: forges(manager), seconds=20)


def test_a_manager_that_dies_leaves_the_node_to_the_guard(pod: Pod, node: StandinProcess) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
    assert node.process.wait(SHORT.lease_duration_s) == -signal.SIGKILL
    until(lambda: pod.live is LiveKeys.ALL)


def wait_for_rounds(manager: Manager, rounds: int) -> None:
    before = manager.rounds
    until(lambda: manager.rounds >= before + rounds)


def counters(node: StandinProcess) -> list[str]:
    """Return with which certificates it was switched on, in order."""
    return re.findall(r"forging on .*certificate counter (\d+)", node.output)


def longest_silence_s(node: StandinProcess) -> float:
    """Return the longest time between two of its ticks."""
    ticks = [datetime.fromisoformat(at) for at in re.findall(r"(\S+Z) \S+ tick\n", node.output)]
    return max((after - before).total_seconds() for before, after in pairwise(ticks))


def test_a_leader_takes_new_keys_without_a_restart_and_keeps_the_lease(
    pod: Pod, node: StandinProcess
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        until(lambda: forges(manager), seconds=20)
        transitions = lease.lease.record.transitions
        manager.provision(POOL.issue(counter=1))
        until(lambda: counters(node) == ["0", "1"], seconds=10)
        until(lambda: forges(manager) and pod.live is LiveKeys.ALL, seconds=5)
        until(lambda: longest_silence_s(node) > 0.2, "the ticks after it")
        record = lease.lease.record
        assert (record.holder, record.transitions) == ("a-0_uid", transitions)
        assert record.counter == 1
        facts = manager.telemetry.facts()
        assert facts.live is not None
        assert facts.live.op_cert is not None
        assert facts.live.op_cert.counter == 1
        assert facts.signals == {"enable_forging": 2, "disable_forging": 1}
        assert node.process.poll() is None
        silence = longest_silence_s(node)
        report(f"not forging while new keys were taken: {silence:.2f} s")
        assert silence < 1


def test_a_leader_keeps_its_keys_when_older_ones_or_another_pools_are_delivered(
    pod: Pod, node: StandinProcess, caplog: pytest.LogCaptureFixture
) -> None:
    lease = MemoryLease()
    with running(pod, lease, node.metrics_port) as manager:
        manager.provision(POOL.issue(counter=3))
        until(lambda: forges(manager) and counters(node) == ["3"], seconds=20)
        manager.provision(POOL.issue(counter=2))
        until(lambda: "new credentials are not used" in caplog.text)
        verdict = judge(POOL.issue(counter=4), pool_id=Pool.generate(b"another").pool_id)
        pod.provision(POOL.issue(counter=4))
        manager.telemetry.set_checked(verdict, pod.node_keys.checked_name())
        until(lambda: pod.live is LiveKeys.OTHER)
        wait_for_rounds(manager, 20)
        assert manager.phase is Phase.FORGING
        assert lease.lease.record.counter == 3
        assert counters(node) == ["3"]
        assert manager.telemetry.facts().signals == {"enable_forging": 1}

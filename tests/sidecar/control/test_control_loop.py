"""Forging control with a real guard and a real node; only the API server is in memory."""

from __future__ import annotations

import random
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from forge_manager.clocks import read_boot_id, read_clocks
from forge_manager.control.executor import Executor
from forge_manager.control.loop import Candidacy, ControlLoop
from forge_manager.control.observer import Observer
from forge_manager.control.scraper import Scraper
from forge_manager.control.status import ForgingStatus
from forge_manager.election.elector import Elector
from forge_manager.election.terms import Terms, terms_for
from forge_manager.forging.machine import ForgingMachine
from forge_manager.forging.phases import Phase
from forge_manager.forging.situation import Credentials
from forge_manager.guard.logic import LiveKeys
from forge_manager.guard.node_watch import NodeWatch
from forge_manager.node.address import Address
from forge_manager.node.metric import ForgingMetric
from forge_manager.node.peer import check_socket, hold_peer
from forge_manager.telemetry import Telemetry
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.standin import StandinProcess

SHORT = terms_for(5)
USUAL = terms_for(15)


class Manager:
    """The loop of one manager on a pod, with handles for what happens around it."""

    def __init__(self, pod: Pod, lease: MemoryLease, metrics_port: int, terms: Terms) -> None:
        name = "a-0"
        self.status = ForgingStatus()
        self.telemetry = Telemetry()
        self.terminating = False
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
            ),
            scraper=Scraper(metric.scrape),
            executor=Executor(
                state=pod.state, keys=pod.node_keys, clocks=read_clocks, telemetry=self.telemetry
            ),
            credentials=lambda checked: Credentials(checked, 0),
            terminating=lambda: self.terminating,
            status=self.status,
            telemetry=self.telemetry,
            beat=lambda: None,
            clocks=read_clocks,
            jitter=random.random,
        )

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
    pod.provision()
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

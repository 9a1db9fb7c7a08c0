"""A manager with a real guard and a real node; only the API server is in memory."""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.aside import in_a_thread
from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.base.logs import TextFormatter
from forge_manager.control.candidacy import Candidacy
from forge_manager.control.live_credentials import KnownCredentials
from forge_manager.control.mailbox import Mailbox
from forge_manager.control.node_wait import NodeWait
from forge_manager.control.status import ForgingStatus
from forge_manager.election.elector import Elector
from forge_manager.election.terms import Terms, terms_for
from forge_manager.election.withdrawal import Withdrawal
from forge_manager.fence.tenures import NONE_HELD
from forge_manager.forging.cluster_permission import PERMITTED
from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import Phase
from forge_manager.forging.situation import OperatorInput
from forge_manager.gate.record import CheckedSet
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.node.address import Address
from forge_manager.node.page_client import node_page
from forge_manager.node.peer import NodeSocket
from forge_manager.node.process import HeldProcess, identify
from forge_manager.operator.reload_requests import ReloadRequests
from forge_manager.wiring.control import Collaborators, Surroundings, control_loop
from tests.sidecar.conftest import paths_in
from tests.sidecar.control.memory_lease import MemoryLease
from tests.sidecar.credentials.judging import judge, judge_files
from tests.sidecar.guard.pod import FILES, Pod
from tests.sidecar.waiting import until
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.keys import CredentialFiles
    from tests.support.standin import StandinProcess

POOL = Pool.generate(b"guard")
SHORT = terms_for(5)
USUAL = terms_for(15)


class Manager:
    """The loop of one manager on a pod, with handles for what happens around it.

    It holds `leases`, all of this cluster; `by_role`: those that its Role names.
    """

    def __init__(
        self,
        pod: Pod,
        leases: tuple[MemoryLease, ...],
        metrics_port: int | None,
        terms: Terms,
        *,
        by_role: bool,
    ) -> None:
        name = "a-0"
        self.status = ForgingStatus()
        self.telemetry = Telemetry()
        self.terminating = False
        self.asked = OperatorInput()
        self.permission = PERMITTED
        self.transitions: list[Transition] = []
        self.rounds = 0
        self.pod = pod
        self.provision(FILES)
        found = pod.state.fence()
        address = Address("127.0.0.1", metrics_port or 0, "/metrics")
        electors = [
            Elector(
                identity=f"{name}_uid",
                pool_id="pool1",
                terms=terms,
                former=found.held if found else NONE_HELD,
            )
            for _ in leases
        ]
        self.news = Mailbox()
        keys = pod.node_keys
        self.loop = control_loop(
            Surroundings(
                boot_id=read_boot_id(),
                state=pod.state,
                keys=keys,
                fuse=pod.timeless_fuse,
                socket=NodeSocket(pod.socket),
                page=None if metrics_port is None else node_page(address, seconds=1.0),
                reloads=ReloadRequests(pod.state_directory),
                hold=HeldProcess.hold,
                who_is=identify,
                is_booting=lambda: False,
                elsewhere=in_a_thread,
                clocks=read_clocks,
                jitter=random.random,
            ),
            Collaborators(
                credentials=KnownCredentials(
                    target=paths_in(pod.target),
                    judge=judge_files,
                    sets=self.telemetry.sets,
                    version=lambda: keys.live_version,
                ).look,
                terminating=lambda: "PodDeleted" if self.terminating else "",
                operator=lambda _: self.asked,
                permission=lambda *_: self.permission,
                report=self.transitions.append,
                node_wait=NodeWait(pod.socket, 600, lambda _: None),
                status=self.status,
                record=self.telemetry.control,
                reads=self.telemetry.reads,
                beat=self._beat,
            ),
            pod_name=name,
            forging_metric="cardano_node_metrics_forging_enabled",
            found=found,
            candidacies=tuple(
                Candidacy(elector, lease, Withdrawal(terms.duration_ns) if by_role else None)
                for elector, lease in zip(electors, leases, strict=True)
            ),
            news=self.news,
        )

    def _beat(self) -> None:
        self.rounds += 1

    def provision(self, files: CredentialFiles) -> None:
        """Have another checked set, as the provisioner does."""
        self.pod.provision(files)
        name = self.pod.node_keys.checked_name()
        self.telemetry.sets.checked = CheckedSet(judge(files, clock=None), name)

    @property
    def phase(self) -> Phase:
        return self.status.state.phase


@contextmanager
def running(
    pod: Pod,
    lease: MemoryLease,
    metrics_port: int | None,
    terms: Terms = SHORT,
    *,
    also: MemoryLease | None = None,
    by_role: bool = True,
) -> Iterator[Manager]:
    leases = (lease,) if also is None else (lease, also)
    manager = Manager(pod, leases, metrics_port, terms, by_role=by_role and also is not None)
    manager.loop.start()
    try:
        yield manager
    finally:
        manager.loop.stop()


def forges(manager: Manager) -> bool:
    return manager.phase is Phase.FORGING and manager.status.state.forging is True


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


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return everything that was logged, fields included."""
    return "\n".join(TextFormatter().format(record) for record in caplog.records)

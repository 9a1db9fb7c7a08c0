"""The manager's process: its real loop of control, on a simulated pod."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.base.hanging_reads import HangingReads
from forge_manager.control.candidacy import Candidacy
from forge_manager.control.node_wait import NodeWait
from forge_manager.control.record import ControlRecord
from forge_manager.control.status import ALONE, ForgingState, ForgingStatus
from forge_manager.credentials.verdict import KesTime
from forge_manager.fence.protocol import parse_fence
from forge_manager.forging.cluster_permission import PERMITTED
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.situation import Credentials, OperatorInput
from forge_manager.gate.provisioner import keeps
from forge_manager.wiring.control import Collaborators, Surroundings, control_loop
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.news import News
from tests.sidecar.simulation.page import METRIC, MetricsPage
from tests.sidecar.simulation.surroundings import (
    Kernel,
    KeyVolumes,
    NodeSocket,
    OwnFuse,
    StateVolume,
)
from tests.sidecar.simulation.world import Process

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.control.loop import ControlLoop
    from forge_manager.control.observer import Observation
    from forge_manager.election.messages import LeaseView
    from forge_manager.election.record import Lease
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.forging.decision import Transition
    from tests.sidecar.simulation.candidacy import Candidacy as SimulatedCandidacy
    from tests.sidecar.simulation.keys import KeySet
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event

_LATE_MS = 80
_SWITCH_ON_ACTIONS = 3  # a fence, the keys, a SIGHUP
_UNEXPECTED = 0.3  # for a fault to come before any other action
_STARTING = replace(ALONE, why="Starting", forging=None, handed_over=False)


class ManagerProcess(Process):
    """One run of the manager's container."""

    def __init__(self, pod: Pod) -> None:
        super().__init__(pod.world, pod.machine)
        self.pod = pod
        self.region = pod.cluster.region(self)
        self.candidacies: tuple[SimulatedCandidacy, ...] = ()
        self.before_action: Event | None = None  # a fault that waits for a switch-on
        self._actions_left: int | None = None  # until that fault
        self.phase_since_ns = self.world.real_ns
        self.blind_before = False
        self.changed_ns: int | None = None  # when it last gave up keys for others
        self._status = ForgingStatus(_STARTING)
        self._news = News(self, partial(self.world.ms, 0, _LATE_MS))
        self._reloaded = ""
        self._asked_for_help = False
        self._judged: KeySet | None = None  # what the provisioner has told of
        self.after(self.world.ms(100, 600), self._begin)

    @property
    def state(self) -> ForgingState:
        """What it says of itself."""
        return self._status.state

    @property
    def reloaded(self) -> str:
        """The last request to read the topology that is done."""
        return self._reloaded

    def _begin(self) -> None:
        self._provision()
        found = parse_fence(self.pod.fence_file, self.machine.boot_id)
        self.candidacies = self.pod.cluster.candidacies(self, found)
        loop = self._assemble(found)
        for index, candidacy in enumerate(self.candidacies):
            candidacy.begin(partial(self._seen, loop, index))
        if self.region is not None:
            self.region.begin()
        self.run(loop.run)

    def _seen(self, loop: ControlLoop, index: int, lease: Lease, deleted: bool) -> None:
        loop.observed(index, lease, deleted=deleted)

    def ended(self) -> None:
        for candidacy in self.candidacies:
            candidacy.end()
        if self.region is not None:
            self.region.end()

    def _assemble(self, found: Fence | None) -> ControlLoop:
        pod, kernel = self.pod, Kernel(self, self.pod)
        around = Surroundings(
            boot_id=self.machine.boot_id,
            state=StateVolume(self, pod),
            keys=KeyVolumes(self, pod),
            fuse=OwnFuse(self),
            socket=NodeSocket(self, pod),
            page=MetricsPage(self, pod) if pod.cluster.has_metric else None,
            reloads=self,
            hold=kernel.hold,
            who_is=kernel.who_is,
            is_booting=kernel.is_booting,
            elsewhere=lambda _, work: lambda: self.run(work),
            clocks=self.machine.now,
            jitter=self.world.random.random,
        )
        others = Collaborators(
            credentials=self._credentials,
            terminating=lambda: "PodDeleted" if pod.terminating else "",
            operator=self._operator,
            permission=self._permission,
            report=self._report,
            node_wait=NodeWait(Path("/ipc/node.socket"), 600, lambda _: None),
            status=self._status,
            record=ControlRecord(),
            reads=HangingReads(),
            beat=self._round_made,
        )
        return control_loop(
            around,
            others,
            pod_name=pod.name,
            forging_metric=METRIC,
            found=found,
            candidacies=tuple(
                Candidacy(one.elector, one, one.withdrawal) for one in self.candidacies
            ),
            news=self._news,
            sleep=self._failed,
        )

    def switches_on(self) -> None:
        if self.before_action is not None:
            self._actions_left = self.world.random.randrange(_SWITCH_ON_ACTIONS)

    def acts(self) -> None:
        fault = self.before_action
        if fault is None:
            return
        if self._actions_left is None:
            if self.world.chance(_UNEXPECTED):
                self._actions_left = 0
            return
        self._actions_left -= 1
        if self._actions_left < 0:
            self.before_action = self._actions_left = None
            fault()

    def _failed(self, _: float) -> None:
        """Let no error of a round pass that the loop itself lives with."""
        error = sys.exception()
        if isinstance(error, InvariantError):
            raise error
        raise InvariantError(f"{self.pod.name} control failed: {error}") from error

    def _round_made(self) -> None:
        state = self.state
        self.pod.handed_over = state.handed_over
        if state.why == Obstacle.METRIC_MISSING.value and not self._asked_for_help:
            self._asked_for_help = True
            self.world.at(self.world.ms(5000, 40_000), self._help)

    def _help(self) -> None:
        """Do what the log asks for: a person comes and restarts the manager."""
        guard = self.pod.guard
        if self.running and not self.pod.gone and (guard is not None and guard.running):
            self.pod.kill(self)
        elif self.alive:
            self.world.at(self.world.ms(5000, 10_000), self._help)

    # Whom control asks

    def _operator(self, _: Phase) -> OperatorInput:
        operator = self.pod.cluster.operator
        return OperatorInput(held_off=operator.held_off, hand_over=operator.hand_over)

    def _permission(
        self, now: Moment, hub: LeaseView | None, last_resort: bool
    ) -> ClusterPermission:
        if self.region is None or hub is None:
            return PERMITTED
        return self.region.permission(now, hub, last_resort=last_resort)

    def _report(self, change: Transition) -> None:
        if change.reason is ForgingReason.CREDENTIALS_CHANGED:
            self.pod.cluster.key_rules.changed(self)
        elif change.reason is ForgingReason.METRIC_MISSING:
            self.pod.cluster.key_rules.metric_missing(self)
        elif change.reason is ForgingReason.FORGING_WITHOUT_LEASE:
            self._check_reason(change)
        self.phase_since_ns = self.world.real_ns
        self.world.log(f"{self.pod.name} {change.source} -> {change.target}: {change.reason}")

    def _check_reason(self, change: Transition) -> None:
        """Check that no node whose metric lies from its start on is said to forge."""
        node = self.pod.node
        if change.source is Phase.STANDBY and node is not None and node.lies:
            raise InvariantError(f"{node.name} is killed as a forger, and its metric lies")

    # Requests to read the topology (topology.requests.Reloads)

    def wanted(self) -> str:
        return self.pod.cluster.operator.reload

    def finish(self, token: str) -> None:
        self._reloaded = token

    def finished(self) -> str:
        return self._reloaded

    # Credentials

    def _provision(self) -> None:
        """Take what the kubelet has delivered; the verdict is told a little after the swap."""
        keys, node = self.pod.keys, self.pod.node
        told = keys.checked = self._chosen(keys.checked, keys.source)
        if node is None or not node.alive:
            keys.put_live(told)
        slowly = self.world.chance(0.2)
        self.after(self.world.ms(0, 300 if slowly else 20), lambda: self._tell(told))
        self.after(self.world.ms(300, 700), self._provision)

    def _chosen(self, in_place: KeySet | None, new: KeySet) -> KeySet:
        now_ns = self.world.real_ns
        kept = in_place is not None and keeps(in_place.kes_at(now_ns), new.kes_at(now_ns))
        return in_place if in_place is not None and kept else new

    def _tell(self, keys: KeySet) -> None:
        self._judged = keys
        self.pod.credentials_checked()

    def _credentials(self, _: Moment, sight: Observation) -> Credentials:
        judged = self._judged
        if judged is None:
            return Credentials()
        live, now_ns = self.pod.keys.live, self.world.real_ns
        return Credentials(
            judged.name == sight.checked_name,
            judged.counter,
            judged.name,
            judged.kes_at(now_ns),
            live.kes_at(now_ns) if live else KesTime.NOW,
        )

"""What must hold of each pod: not stuck, not ended for nothing, never without its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.fence.protocol import parse_fence
from forge_manager.forging.context import END_TIMEOUT_NS
from forge_manager.forging.phases import Phase
from tests.sidecar.simulation.key_rules import InvariantError

if TYPE_CHECKING:
    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod

#: No phase on the way on or off lasts longer while its manager runs.
_STUCK_NS = 14 * SECOND
_MOST_NS = {
    Phase.SWITCHING_ON: _STUCK_NS,
    Phase.SWITCHING_OFF: _STUCK_NS,
    Phase.ENDING: END_TIMEOUT_NS + _STUCK_NS,
    Phase.KILLING: _STUCK_NS,
}
#: A kill is excused for this long after something was wrong.
EXCUSE_NS = 15 * SECOND
#: A keeper that has run for this long has put the keys back.
KEEPER_NS = 800 * MILLISECOND


class PodRules:
    """Of the pods of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def node_killed(self, pod: Pod, node: Node) -> None:
        """Take note of a kill: one that nothing excuses costs a long start for no reason."""
        now_ns = self._cluster.world.real_ns
        last_ns = max(
            pod.troubled_ns,
            self._down_ns(pod),
            pod.machine.resumed_ns,
            pod.machine.stepped_ns,
            *(p.well_since_ns for p in (pod.manager, pod.guard, node) if p is not None),
        )
        excused = now_ns - last_ns < EXCUSE_NS or node.was_deaf or node.lied
        excused = excused or node.strayed_ns is not None
        if not self._cluster.has_metric:  # a lost lease leaves it little time to end by itself
            return
        broken = any(p is None or not p.running for p in (pod.manager, pod.guard, node))
        if not (excused or broken or pod.terminating or pod in self._cluster.dying):
            raise InvariantError(f"{node.name} is killed though nothing is wrong with its pod")

    def _down_ns(self, pod: Pod) -> int:
        """Return when the metrics last gave a reason to kill: when slow, only without the lease."""
        manager, now_ns = pod.manager, self._cluster.world.real_ns
        if self._cluster.metrics_down or manager is None:
            return now_ns
        now = pod.machine.now()
        if all(candidacy.view(now).proven(now) for candidacy in manager.candidacies):
            return self._cluster.metrics_down_ns
        return now_ns if self._cluster.metrics_troubled else self._cluster.metrics_troubled_ns

    def files_missing(self, pod: Pod) -> None:
        """Take note of a start without files: I1, if somebody was there to keep them."""
        now_ns = self._cluster.world.real_ns
        for keeper in (pod.manager, pod.guard):
            hindered = pod.failing is not None or pod.full_since_ns is not None
            if keeper is None or not keeper.running or (hindered and keeper is pod.manager):
                continue
            since_ns = max(keeper.well_since_ns, pod.machine.resumed_ns)
            if now_ns - since_ns > KEEPER_NS and self._cluster.action_failures == 0:
                raise InvariantError(f"I1: {pod.name}'s node starts without files")

    def check_phase(self, pod: Pod) -> None:
        """Check that its manager is not stuck on its way, or raise."""
        manager = pod.manager
        if manager is None or not manager.running or pod.gone:
            return
        phase = manager.state.phase
        node = pod.node
        if self._cluster.metrics_troubled or (node is not None and not node.running):
            return
        since_ns = max(
            manager.phase_since_ns,
            manager.well_since_ns,
            manager.machine.resumed_ns,
            self._cluster.metrics_troubled_ns,
            node.well_since_ns if node is not None else 0,
        )
        most_ns = _MOST_NS.get(phase)
        if most_ns is not None and self._cluster.world.real_ns - since_ns > most_ns:
            raise InvariantError(f"{pod.name} is stuck in {phase}")

    def guard_unlinks(self, pod: Pod, looked_ns: int) -> None:
        """Check that a guard takes no keys away that were permitted before it looked.

        `looked_ns`: real time. A fence file that was damaged, or a clock that was set, excuses it.
        """
        fence, machine = pod.fence, pod.machine
        if fence is None or parse_fence(pod.fence_file, machine.boot_id) != fence:
            return
        set_ns = max(machine.stepped_ns, machine.resumed_ns)
        if self._cluster.permits(pod) and max(pod.permitted_ns, set_ns + SECOND) < looked_ns:
            raise InvariantError(f"{pod.name}'s guard takes keys away that its fence permits")

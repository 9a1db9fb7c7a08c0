"""What must hold of an operator's wishes: whoever is well and may heed them does, and soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from tests.sidecar.simulation.key_rules import InvariantError

if TYPE_CHECKING:
    from forge_manager.forging.situation import HandOver
    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.pod import Pod

#: An orderly end takes two seconds, a node that does not go off is killed after five.
HEEDED_NS = 8 * SECOND
#: Others permission back for ten seconds for the pod that was named.
STAND_BACK_NS = 9 * SECOND

#: A renewal comes as late as this, or the guard's beat is missed.
NOTICED_NS = 3 * SECOND


@dataclass
class Operator:
    """What people ask for."""

    held_off: bool = False
    hand_over: HandOver | None = None
    reload: str = ""


class WishRules:
    """Remembers since when a wish stands."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._held_ns = 0
        self._named_ns = -(10**18)

    def held_off(self) -> None:
        """Take note that a person holds forging off."""
        if not self._cluster.operator.held_off:
            self._held_ns = self._cluster.world.real_ns

    def named(self) -> None:
        """Take note that a person names a pod to hand over to."""
        self._named_ns = self._cluster.world.real_ns

    def check(self) -> None:
        """Check them as things are now. Raises InvariantError."""
        now_ns, operator = self._cluster.world.real_ns, self._cluster.operator
        wish = operator.hand_over
        held = operator.held_off and now_ns - self._held_ns > HEEDED_NS
        handed = wish is not None and HEEDED_NS < now_ns - self._named_ns < STAND_BACK_NS
        for pod in self._cluster.pods:
            self._check_full_volume(pod)
            if not self._forges_undisturbed(pod, pod.troubled_ns):
                continue
            if held:
                raise InvariantError(f"{pod.name} forges though forging is held off")
            if handed and wish is not None and pod.name != wish.pod:
                raise InvariantError(f"{pod.name} forges though it was to hand over to {wish.pod}")

    def _check_full_volume(self, pod: Pod) -> None:
        """Check that a leader whose fence cannot be renewed goes off before its guard ends it."""
        full_ns = pod.full_since_ns
        if full_ns is None or not self._forges_undisturbed(pod, full_ns + NOTICED_NS):
            return
        raise InvariantError(f"{pod.name} forges on though its fence cannot be written")

    def _forges_undisturbed(self, pod: Pod, troubled_ns: int) -> bool:
        """Tell whether it forges, and nothing has kept it from its work for long enough."""
        cluster, node = self._cluster, pod.node
        if node is None or not node.forges or not cluster.has_metric:
            return False
        parts = (pod.manager, pod.guard, node)
        if any(part is None or not part.running for part in parts):
            return False
        since_ns = max(
            troubled_ns,
            cluster.metrics_troubled_ns,
            pod.machine.resumed_ns,
            *(part.well_since_ns for part in parts if part is not None),
        )
        excused = cluster.metrics_troubled or node.was_deaf or node.strayed_ns is not None
        return not excused and cluster.world.real_ns - since_ns > HEEDED_NS

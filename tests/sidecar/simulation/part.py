"""What the faults of one concern have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND

if TYPE_CHECKING:
    from tests.sidecar.simulation.faults import Faults
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Process


class Part:
    """Faults of one concern; each public method is a kind. `faults`: all of the cluster's."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.cluster = faults.cluster
        self.world = faults.world
        self.random = faults.random

    def _pod(self) -> Pod:
        """Choose a pod, more often the one that forges: that is where it hurts."""
        forging = (node.pod for node in self.world.forging)
        leading = [pod for pod in forging if pod.cluster is self.cluster and not pod.gone]
        if leading and self.world.chance(0.6):
            return self.random.choice(sorted(leading, key=lambda pod: pod.uid))
        return self.random.choice(self.cluster.pods)


def healthy(pod: Pod) -> bool:
    """Tell whether both manager and guard run."""
    return all(p is not None and p.running for p in (pod.manager, pod.guard))


def settled(process: Process) -> bool:
    """Tell whether it has been at work for a while."""
    since_ns = max(process.well_since_ns, process.machine.resumed_ns)
    return process.world.real_ns - since_ns > 3 * SECOND

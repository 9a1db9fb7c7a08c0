"""What people do to a deployment: pods deleted, forging held off, handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.forging.situation import HandOver
from tests.sidecar.simulation.part import Part

if TYPE_CHECKING:
    from tests.sidecar.simulation.faults import Faults


class OperatorFaults(Part):
    """What operators and upgrades do."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._tokens = 0
        self._rollouts = 0

    def delete_pod(self) -> None:
        """A pod is deleted."""
        self._pod().delete()

    def force_delete_pod(self) -> None:
        """A pod's object is deleted at once, and what runs of it later."""
        pod = self._pod()
        if pod in self.cluster.pods and not pod.gone and pod not in self.cluster.dying:
            self.cluster.force_delete(pod)

    def rename_lease(self) -> None:
        """A roll-out has its new pods elect by a Lease of another name, or by the former again."""
        self.world.log("a roll-out changes the Lease's name")
        self.cluster.rename_lease()
        self._rollouts += 1
        self._roll(self._rollouts, 0)

    def _roll(self, rollout: int, index: int) -> None:
        """Replace one pod after another; each waits until the last one's node is up.

        The next roll-out may begin before this one is over.
        """
        if rollout < self._rollouts or index == len(self.cluster.pods):
            return
        pod = self.cluster.pods[index]
        new = pod.leases == self.cluster.leases_of_new_pods()
        if not new:
            pod.delete()
        ready = new and pod.node is not None and pod.node.accepts
        following = index + 1 if ready else index
        self.world.at(self.world.ms(500, 1000), lambda: self._roll(rollout, following))

    def hold_off(self) -> None:
        """Forging is held off."""
        self.cluster.wish_rules.held_off()
        self.cluster.operator.held_off = True
        self.world.log("held off")

        def lift() -> None:
            self.cluster.operator.held_off = False
            self.world.log("no longer held off")

        self.faults.lasting(1000, 20000, lift)

    def hand_over(self) -> None:
        """A pod is named that is to forge."""
        self._tokens += 1
        pod = self.random.choice(self.cluster.pods)
        self.world.log(f"operator names {pod.name}")
        self.cluster.operator.hand_over = HandOver(pod.name, str(self._tokens))
        self.cluster.wish_rules.named()

    def reload_topology(self) -> None:
        """The standbys are told to read their topology."""
        self._tokens += 1
        self.world.log("operator has the standbys read their topology")
        self.cluster.operator.reload = str(self._tokens)

"""What goes wrong with a pod's way to a hub, and what people do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sidecar.simulation.contested_history import ContestedFaults


class AccessFaults:
    """Faults of what says by which hub a pod goes."""

    def __init__(self, faults: ContestedFaults) -> None:
        self.faults = faults
        self.cluster = faults.cluster
        self.random = faults.random

    def replace_kubeconfig(self) -> None:
        """A pod's kubeconfig leads to another hub, while its manager runs."""
        pod = self.random.choice(self.cluster.pods)
        faults = self.faults
        faults.world.log(f"{pod.name} is given another hub")
        self.cluster.replace_kubeconfig(pod)

    def cut_off_forger(self) -> None:
        """The forger does not reach its API server, and whoever may follow it is replaced."""
        forger = next((node.pod for node in self.cluster.world.forging if node.forges), None)
        if forger is None or forger.machine.cut_off:
            return
        faults, lease_ms = self.faults, self.faults.lease_ms()
        faults.own.cut_off(forger.machine, 2 * lease_ms)
        others = [pod for pod in self.cluster.pods if pod is not forger]
        for _ in range(self.random.randint(0, 4)):
            happens = self.random.choice(
                (
                    lambda: self.cluster.replace_kubeconfig(forger),
                    lambda: self.cluster.replace_kubeconfig(self.random.choice(others)),
                    lambda: self.random.choice(others).delete(),
                    lambda: faults.own.do("kill-process"),
                )
            )
            faults.later(faults.world.ms(0, 2 * lease_ms), happens)

    def cut_off_from_hub(self) -> None:
        """One machine does not reach the hub that most pods go by; it reaches its cluster."""
        self.faults.cut_off(self.random.choice(self.cluster.pods).machine)

"""Histories of one cluster and two hubs: I2 and I3 in every step, one forges in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND
from tests.sidecar.simulation.contested import ContestedCluster, FirstHub
from tests.sidecar.simulation.fault_table import OF_TWO_HUBS, USUAL
from tests.sidecar.simulation.faults import Faults
from tests.sidecar.simulation.history import STEPS_PER_HISTORY, Figures, recover, run_through
from tests.sidecar.simulation.injector import Injector

if TYPE_CHECKING:
    from tests.sidecar.simulation.kinds import Choice
    from tests.sidecar.simulation.world import Machine

_GAPS_MS = (3000, 8000, 20000)


class ContestedFaults(Injector):
    """Faults of the cluster, of the hub that most pods go by, and of what says which one."""

    def __init__(self, cluster: ContestedCluster, choice: Choice) -> None:
        self.cluster = cluster
        self.served = FirstHub(cluster)
        super().__init__(cluster.world, OF_TWO_HUBS, choice, _GAPS_MS)
        self.own = Faults(cluster, choice)

    def stop(self) -> None:
        self.own.stop()
        super().stop()

    def cut_off(self, machine: Machine, at_least_ms: float = 0) -> None:
        """Have a machine not reach the hub for a while."""
        cut_off = self.served.api.cut_off
        if machine.name in cut_off:
            return
        cut_off.add(machine.name)

        def heal() -> None:
            cut_off.discard(machine.name)
            self.served.catch_up()

        self.lasting_any(heal, at_least_ms)

    def lease_ms(self) -> float:
        return self.cluster.longest_duration_ns() / MILLISECOND


def run_contested_history(seed: int, choice: Choice = USUAL) -> Figures:
    """Run one history of one cluster and two hubs, with these faults. Raises HistoryError."""
    cluster = ContestedCluster(seed)
    faults = ContestedFaults(cluster, choice)
    again = f"--hubs --seed {seed} {choice.options}".strip()
    return run_through(cluster, STEPS_PER_HISTORY, faults.stop, lambda: recover(cluster), again)

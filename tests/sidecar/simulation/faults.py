"""What goes wrong in one cluster, at random, and how all of it is made good again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND
from tests.sidecar.simulation.fault_table import OF_A_CLUSTER
from tests.sidecar.simulation.injector import Injector

if TYPE_CHECKING:
    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.kinds import Choice
    from tests.sidecar.simulation.world import Machine

_GAPS_MS = (1500, 4000, 8000, 20000)


class Faults(Injector):
    """The faults of one cluster; each ends by itself, but for those of one replica for good."""

    def __init__(self, cluster: Cluster, choice: Choice) -> None:
        self.cluster = self.served = cluster
        super().__init__(cluster.world, OF_A_CLUSTER, choice, _GAPS_MS)

    def stop(self) -> None:
        super().stop()
        self.cluster.deliver_newest()
        self.world.log("no more faults")

    def cut_off(self, machine: Machine, at_least_ms: float = 0) -> None:
        """Have a machine not reach the API server for a while."""
        if machine.cut_off:
            return
        self.world.log(f"{machine.name} cut off from the API server")
        machine.cut_off = True

        def heal() -> None:
            machine.cut_off = False
            self.world.log(f"{machine.name} reaches the API server again")
            self.cluster.catch_up()

        self.lasting_any(heal, at_least_ms)

    def impair(self, index: int) -> bool:
        """Tell whether the replica of this place may have a fault for good: another has none."""
        cluster = self.cluster
        if cluster.impaired is None and len(cluster.machines) > 1:
            cluster.impaired = index
        return cluster.impaired == index

    def lease_ms(self) -> float:
        return self.cluster.longest_duration_ns() / MILLISECOND

"""What goes wrong between clusters and their hub, and what people do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND
from tests.sidecar.simulation.fault_table import OF_A_HUB
from tests.sidecar.simulation.faults import Faults
from tests.sidecar.simulation.injector import Injector

if TYPE_CHECKING:
    from tests.sidecar.simulation.federation import Federation
    from tests.sidecar.simulation.kinds import Choice
    from tests.sidecar.simulation.world import Machine

_GAPS_MS = (3000, 8000, 20000)


class HubFaults(Injector):
    """Faults of each cluster, and those of the hub and of the links to it."""

    def __init__(self, federation: Federation, choice: Choice) -> None:
        self.federation = self.served = federation
        super().__init__(federation.world, OF_A_HUB, choice, _GAPS_MS)
        self._sites = [Faults(site, choice) for site in federation.sites]

    def stop(self) -> None:
        newest = self.federation.newest()
        for site in self.federation.sites:
            site.newest = newest
        for faults in self._sites:
            faults.stop()
        super().stop()

    def cut_off(self, machine: Machine, at_least_ms: float = 0) -> None:
        """Have a machine not reach the hub for a while."""
        self.cut_off_by_name(machine.name, at_least_ms)

    def cut_off_by_name(self, name: str, at_least_ms: float = 0) -> None:
        """Have a machine, or a cluster, not reach the hub for a while."""
        hub = self.federation.hub
        if name in hub.cut_off:
            return
        self.world.log(f"{name} cut off from the hub")
        hub.cut_off.add(name)

        def heal() -> None:
            self.world.log(f"{name} reaches the hub again")
            severed = self.federation.severed
            if severed is None or severed.name != name:  # meanwhile for good
                hub.cut_off.discard(name)
            hub.catch_up()

        self.lasting_any(heal, at_least_ms)

    def lease_ms(self) -> float:
        return max(site.hub_terms.duration_ns for site in self.federation.sites) / MILLISECOND

"""What goes wrong between clusters and their hub, and what people do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.moment import MILLISECOND
from tests.sidecar.simulation.fault_table import OF_A_HUB
from tests.sidecar.simulation.faults import Faults
from tests.sidecar.simulation.injector import Injector

if TYPE_CHECKING:
    from tests.sidecar.simulation.federation import Federation
    from tests.sidecar.simulation.kinds import Choice

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

    def lease_ms(self) -> float:
        return max(site.hub_terms.duration_ns for site in self.federation.sites) / MILLISECOND

"""What goes wrong between clusters and their hub, and what people do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.clusters.spec import ForgeState
from forge_manager.moment import MILLISECOND
from tests.sidecar.simulation.api_faults import ApiFaults
from tests.sidecar.simulation.faults import Faults
from tests.sidecar.simulation.lasting import Lasting

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.federation import Federation, Site
    from tests.sidecar.simulation.world import Event


class HubFaults:
    """Faults of each cluster, and those of the hub and of the links to it."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self.world = federation.world
        self.random = self.world.random
        self.active = True
        self._gap_ms = self.random.choice((3000, 8000, 20000))
        self._sites = [Faults(site) for site in federation.sites]
        self._api = ApiFaults(federation, self._lasting)
        self._faults = Lasting(self.world)
        self.world.at(self.world.ms(1000, 10000), self._next)

    def stop(self) -> None:
        """End every fault that still lasts."""
        self.active = False
        newest = self.federation.newest()
        for site in self.federation.sites:
            site.newest = newest
        for faults in self._sites:
            faults.stop()
        self._faults.end_all()

    def _next(self) -> None:
        if not self.active:
            return
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._api.down, 3),
            (self._api.trouble, 4),
            (self._api.edit_lease, 4),
            (self.cut_off, 6),
            (self.fall_ill, 5),
            (self.change_priority, 3),
            (self.disable, 3),
        ]
        faults, weights = zip(*kinds, strict=True)
        self.random.choices(faults, weights)[0]()
        self.world.at(self.world.ms(0, 2 * self._gap_ms), self._next)

    def _lasting(self, repair: Event) -> None:
        """Let it last for a moment, or for some leases."""
        lease_ms = max(site.hub_terms.duration_ns for site in self.federation.sites) / MILLISECOND
        self._faults.begin(5, self.random.choice((500, lease_ms, 4 * lease_ms)), repair)

    def _site(self) -> Site:
        """Choose a cluster, more often the one that forges."""
        forger = self.federation.forger()
        if forger is not None and self.world.chance(0.6):
            return forger
        return self.random.choice(self.federation.sites)

    def cut_off(self) -> None:
        """Cut the link between one cluster and the hub."""
        site, hub = self._site(), self.federation.hub
        if site.name in hub.cut_off:
            return
        self.world.log(f"{site.name} cut off from the hub")
        hub.cut_off.add(site.name)

        def heal() -> None:
            self.world.log(f"{site.name} reaches the hub again")
            hub.cut_off.discard(site.name)
            hub.catch_up()

        self._lasting(heal)

    def fall_ill(self) -> None:
        """Have a cluster's health check fail."""
        site = self._site()
        self.world.log(f"{site.name} is unhealthy")
        site.healthy = False

        def recover() -> None:
            self.world.log(f"{site.name} is healthy")
            site.healthy = True

        self._lasting(recover)

    def change_priority(self) -> None:
        site = self._site()
        site.priority = self.random.choice((5, 10, 20, 30))
        self.world.log(f"{site.name} has priority {site.priority}")

    def disable(self) -> None:
        """Override a cluster's state for a while."""
        site = self._site()
        site.order(self.random.choice((ForgeState.DISABLED, ForgeState.ENABLED)))
        self._lasting(lambda: site.order(ForgeState.PRIORITY_BASED))

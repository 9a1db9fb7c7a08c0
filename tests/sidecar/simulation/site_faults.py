"""What goes wrong with one of several clusters, and what people do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.clusters.spec import ForgeState

if TYPE_CHECKING:
    from tests.sidecar.simulation.federation import Site
    from tests.sidecar.simulation.hub_faults import HubFaults


class SiteFaults:
    """Faults of a cluster as a whole, and of its link to the hub."""

    def __init__(self, faults: HubFaults) -> None:
        self.faults = faults
        self.federation = faults.federation
        self.world = faults.world
        self.random = faults.random

    def _site(self) -> Site:
        """Choose a cluster, more often the one that forges."""
        forger = self.federation.forger()
        if forger is not None and self.world.chance(0.6):
            return forger
        return self.random.choice(self.federation.sites)

    def cut_off_cluster(self) -> None:
        """A cluster does not reach the hub."""
        site = self._site()
        self._cut_off(site.name)

    def _cut_off(self, name: str) -> None:
        hub = self.federation.hub
        if name in hub.cut_off:
            return
        self.world.log(f"{name} cut off from the hub")
        hub.cut_off.add(name)

        def heal() -> None:
            self.world.log(f"{name} reaches the hub again")
            hub.cut_off.discard(name)
            hub.catch_up()

        self.faults.lasting_any(heal)

    def fall_ill(self) -> None:
        """A cluster's health check fails."""
        site = self._site()
        self.world.log(f"{site.name} is unhealthy")
        site.healthy = False

        def recover() -> None:
            self.world.log(f"{site.name} is healthy")
            site.healthy = True

        self.faults.lasting_any(recover)

    def change_priority(self) -> None:
        """A cluster's priority is another."""
        site = self._site()
        site.priority = self.random.choice((5, 10, 20, 30))
        self.world.log(f"{site.name} has priority {site.priority}")

    def disable(self) -> None:
        """A cluster's state is overridden for a while: it may not forge, or must."""
        site = self._site()
        site.order(self.random.choice((ForgeState.DISABLED, ForgeState.ENABLED)))
        self.faults.lasting_any(lambda: site.order(ForgeState.PRIORITY_BASED))

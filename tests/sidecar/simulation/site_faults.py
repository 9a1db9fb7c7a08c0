"""What goes wrong with one of several clusters, and what people do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.settings.cluster_spec import ForgeState
from tests.sidecar.simulation.cluster import NOBODY

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
        self.faults.cut_off_by_name(self._site().name)

    def cut_off_machine(self) -> None:
        """One machine does not reach the hub, for a while or for good; it reaches its cluster."""
        federation, site = self.federation, self._site()
        pod = self.random.choice(site.pods)
        # Of all its pods one has something for good, or who should lead?
        free = federation.severed is None and federation.expired is None
        if free and site.impaired is None and self.world.chance(0.5):
            site.impaired = site.pods.index(pod)
            federation.severed = pod.machine
            federation.hub.cut_off.add(pod.machine.name)
            self.world.log(f"{pod.machine.name} cut off from the hub for good")
        else:
            self.faults.cut_off(pod.machine)

    def keys_expire(self) -> None:
        """All keys of one cluster expire, and it is given no others."""
        federation = self.federation
        site = self._site()
        others = [other for other in federation.sites if other is not site]
        if federation.expired is not None or any(one.impaired is not None for one in others):
            return
        federation.expired = site
        for other in others:
            other.impaired = NOBODY
        until_ns = self.world.real_ns + self.world.ms(0, 60_000)
        keys = site.newest._replace(number=site.newest.number + 50, until_ns=until_ns)
        self.world.log(f"{site.name} has keys that expire at {until_ns / SECOND:.3f} s")
        for index in range(len(site.pods)):
            site.deliver(index, keys)
            site.undelivered.add(index)

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

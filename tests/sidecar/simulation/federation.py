"""Several clusters of one pool and the hub that keeps them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.elector import Elector
from forge_manager.election.record import hub_identity_of
from forge_manager.election.terms import Terms
from forge_manager.fence.tenures import NONE_HELD
from forge_manager.multicluster.policy import WaitTimes
from forge_manager.settings.cluster_spec import ForgeState
from tests.sidecar.simulation.api import ApiServer
from tests.sidecar.simulation.candidacy import Candidacy
from tests.sidecar.simulation.cluster import Cluster
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.region import Region
from tests.sidecar.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.fence.protocol import Fence
    from tests.sidecar.simulation.keys import KeySet
    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Machine

_NAMES = ("east", "west", "north")
_HUB_TERMS = (Terms(15, 10, 2), Terms(6, 3, 1), Terms(20, 12, 3))
#: A disabled cluster's node is off by then: the longest lease, an orderly end, a slow death.
HEEDED_NS = 45 * SECOND
PATIENCE = WaitTimes(takeover_ns=10 * SECOND, hand_back_ns=12 * SECOND)


class Hub(ApiServer):
    """One Lease, and a board with a text of each cluster."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.cut_off: set[str] = set()  # names of clusters and machines that do not reach it
        self._texts: dict[str, str] = {}
        self._readers: dict[Callable[[dict[str, str]], None], Machine] = {}

    def is_cut_off(self, machine: Machine) -> bool:
        return not self.cut_off.isdisjoint((machine.name, machine.name.partition("-")[0]))

    def post(self, machine: Machine, name: str, text: str) -> None:
        if not self._loses(machine):
            self.world.at(self._delay(), lambda: self._write(name, text))

    def read_board(self, machine: Machine, reader: Callable[[dict[str, str]], None]) -> None:
        self._readers[reader] = machine
        self._show(reader)

    def unread_board(self, reader: Callable[[dict[str, str]], None]) -> None:
        self._readers.pop(reader, None)

    def _write(self, name: str, text: str) -> None:
        self._texts[name] = text
        for reader in list(self._readers):
            self._show(reader)

    def _show(self, reader: Callable[[dict[str, str]], None]) -> None:
        lost = (
            self.trouble.down or self.trouble.watch_silent or self.is_cut_off(self._readers[reader])
        )
        if not lost:
            texts = dict(self._texts)
            self.world.at(self._delay(), lambda: reader(texts))


class Site(Cluster):
    """One of the clusters."""

    def __init__(self, seed: int, world: World, name: str, federation: Federation) -> None:
        self.name = name
        self.hub = federation.hub
        self.federation = federation
        self.state = ForgeState.PRIORITY_BASED
        self.state_since_ns = world.real_ns
        self.healthy = True
        self.priority = world.random.choice((10, 20, 20))
        self.hub_terms = world.random.choice(_HUB_TERMS)
        super().__init__(seed, world=world, prefix=f"{name}-")

    def candidacies(self, manager: ManagerProcess, found: Fence | None) -> tuple[Candidacy, ...]:
        pod = manager.pod
        elector = Elector(
            identity=hub_identity_of(self.name, pod.name, pod.uid),
            pool_id=self.pool_id,
            terms=self.hub_terms,
            former=found.held if found else NONE_HELD,
            group=self.name,
        )
        shared = Candidacy(manager, self.hub, elector)
        return (*self.own_candidacies(manager, found, elector), shared)

    def region(self, manager: ManagerProcess) -> Region:
        return Region(manager, self, PATIENCE)

    def everyone(self) -> list[Pod]:
        return [pod for site in self.federation.sites for pod in (*site.pods, *site.dying)]

    def leases_end_ns(self, pod: Pod) -> int:
        # One that never wrote it holds nothing.
        written_ns = self.hub.written_ns.get(hub_identity_of(self.name, pod.name, pod.uid), 0)
        hub_ns = written_ns + self.hub_terms.duration_ns * 100 // 101
        return min(super().leases_end_ns(pod), hub_ns)

    def counters_fell(self) -> bool:
        return super().counters_fell() or self.hub.counters_fell > 0

    def order(self, state: ForgeState) -> None:
        """Do what a person does to the CardanoForgeCluster."""
        self.world.log(f"{self.name} is {state}")
        if state is not self.state:
            self.state, self.state_since_ns = state, self.world.real_ns

    def rank(self) -> tuple[int, str]:
        return (self.priority, self.name)


class Federation:
    """All of it."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed)
        self.hub = self.api = Hub(self.world)
        number = self.world.random.choice((2, 2, 3))
        self.severed: Machine | None = None  # from the hub, for good
        self.expired: Site | None = None  # its keys are, or soon will be
        self.sites: list[Site] = []
        for name in _NAMES[:number]:
            self.sites.append(Site(seed, self.world, name, self))

    @property
    def pods(self) -> list[Pod]:
        """All of them, for faults."""
        return [pod for site in self.sites for pod in site.pods]

    def counters_forgotten(self) -> None:
        """A person wrote the hub's Lease; those of the clusters say what they said."""

    def catch_up(self) -> None:
        """Let every watch of the hub reconnect."""
        self.hub.catch_up()

    def described(self) -> str:
        return ", ".join(
            f"{site.name} {site.priority} {site.hub_terms} {site.terms}" for site in self.sites
        )

    def newest(self) -> KeySet:
        return max(site.newest for site in self.sites)

    def check(self) -> None:
        self.sites[0].check()

    def check_phases(self) -> None:
        """Check that no manager is stuck, and that a person's word is heeded."""
        for site in self.sites:
            site.check_phases()
        self.hub.pace.check(min(site.hub_terms.retry_ns for site in self.sites))
        for node in self.world.forging:
            site = self.site_of(node)
            disabled_ns = self.world.real_ns - site.state_since_ns
            if site.state is ForgeState.DISABLED and node.forges and disabled_ns > HEEDED_NS:
                raise InvariantError(f"{node.name} forges in a cluster that is disabled")

    def site_of(self, node: Node) -> Site:
        return next(site for site in self.sites if site is node.pod.cluster)

    def mixed_lease_ns(self) -> int:
        leases = {site.hub_terms.duration_ns for site in self.sites}
        return max(leases) if len(leases) > 1 else 0

    def best(self) -> Site:
        """Return the cluster that ought to forge when nothing is wrong but what is so for good."""
        willing = [site for site in self.sites if site.state is not ForgeState.DISABLED]
        return min(filter(self._could, willing), key=Site.rank)

    def _could(self, site: Site) -> bool:
        """Tell whether a cluster's keys are good, and some replica of it reaches the hub."""
        reach = any(pod.machine is not self.severed for pod in site.pods)
        return reach and site is not self.expired

    def forger(self) -> Site | None:
        """Return the one cluster that forges, with the newest keys that it can have."""
        forging = [node for node in self.world.forging if node.forges]
        if len(forging) != 1:
            return None
        site = self.site_of(forging[0])
        return site if site.has_what_it_can(forging[0], self.newest()) else None

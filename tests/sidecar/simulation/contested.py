"""One cluster whose pods go by one hub, by another or by none: a change that is half done."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.election.elector import Elector
from forge_manager.election.record import hub_identity_of
from forge_manager.election.terms import Terms, with_failsafe
from forge_manager.fence.tenures import NONE_HELD
from tests.sidecar.simulation.candidacy import Candidacy
from tests.sidecar.simulation.cluster import Cluster
from tests.sidecar.simulation.federation import Hub
from tests.sidecar.simulation.world import World

if TYPE_CHECKING:
    from forge_manager.fence.protocol import Fence
    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.pod import Pod

_NAME = "east"
_HUB_TERMS = Terms(6, 3, 1)


class Access(NamedTuple):
    """How a pod goes by a hub. `alone`: forge on without it (hub.goOnAlone)."""

    hub: Hub
    alone: bool


class FirstHub:
    """What is troubled by faults of a hub: that by which most pods go (api_faults.Served)."""

    def __init__(self, cluster: ContestedCluster) -> None:
        self._cluster = cluster
        self.api = cluster.hubs[0]

    @property
    def pods(self) -> list[Pod]:
        """The pods that may use it."""
        return self._cluster.pods

    def catch_up(self) -> None:
        """Let every watch of it reconnect."""
        self.api.catch_up()

    def counters_forgotten(self) -> None:
        """A person wrote its Lease; the cluster's own says what it said."""

    def mixed_lease_ns(self) -> int:
        """All have the same."""
        return 0


class ContestedCluster(Cluster):
    """Nobody else has its keys, so that two of its own pods are all that its Lease must exclude."""

    machine_counts = (3,)

    def __init__(self, seed: int) -> None:
        world = World(seed)
        self.hubs = (Hub(world), Hub(world))
        self.access: dict[Pod, Access | None] = {}
        self._chooses = Random(f"hubs {seed}")
        super().__init__(seed, world=world, prefix=f"{_NAME}-")
        self.deliver_newest()  # an older certificate keeps nobody from following

    def _choose_failsafe(self, random: Random) -> None:
        longer = random.choice((8, 20))
        self.terms = (with_failsafe(self.terms[0], longer), self.terms[1])
        if random.random() < 0.7:
            self.terms = (self.terms[0], with_failsafe(self.terms[1], longer))

    def _make_pod(self, index: int) -> Pod:
        pod = super()._make_pod(index)
        hub = self._chooses.choices((*self.hubs, None), (5, 2, 3))[0]
        self.access[pod] = None if hub is None else Access(hub, self._chooses.random() < 0.1)
        return pod

    def candidacies(self, manager: ManagerProcess, found: Fence | None) -> tuple[Candidacy, ...]:
        pod = manager.pod
        access = self.access[pod]
        if access is None:
            return self.own_candidacies(manager, found, None)
        elector = Elector(
            identity=_holder(pod),
            pool_id=self.pool_id,
            terms=_HUB_TERMS,
            former=found.held if found else NONE_HELD,
            group=_NAME,
            goes_on_alone=access.alone,
        )
        # The hub excludes whoever goes by it, but not one who goes on without.
        own = self.own_candidacies(manager, found, None if access.alone else elector)
        return (*own, Candidacy(manager, access.hub, elector))

    def replace_kubeconfig(self, pod: Pod) -> None:
        """Have a pod that goes by a hub go by the other one, from now."""
        access = self.access[pod]
        if access is None:
            return
        other = next(hub for hub in self.hubs if hub is not access.hub)
        self.access[pod] = access._replace(hub=other)
        if pod.manager is not None and pod.manager.candidacies:
            pod.manager.candidacies[-1].redirect(other)

    def leases_end_ns(self, pod: Pod) -> int:
        access, own_ns = self.access[pod], super().leases_end_ns(pod)
        if access is None or access.alone:
            return own_ns
        # A fence from before its kubeconfig was replaced is by the former one.
        written_ns = max(hub.written_ns.get(_holder(pod), 0) for hub in self.hubs)
        return min(own_ns, written_ns + _HUB_TERMS.duration_ns * 100 // 101)

    def described(self) -> str:
        went = ", ".join(f"{pod.name}: {self._goes_by(pod)}" for pod in self.everyone())
        return f"{super().described()}, {went}"

    def _goes_by(self, pod: Pod) -> str:
        access = self.access[pod]
        if access is None:
            return "no hub"
        return f"hub {self.hubs.index(access.hub)}{' or alone' if access.alone else ''}"


def _holder(pod: Pod) -> str:
    return hub_identity_of(_NAME, pod.name, pod.uid)

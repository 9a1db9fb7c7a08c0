"""Two clusters and a hub, two replicas in each: one pool, of which one alone may forge."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from devkit import environment as environments
from devkit import paths, steps
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from devkit.steps import StepError
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.history import PodWatch
from tests.e2e.framework.hub import Hub
from tests.e2e.framework.machines import Machines
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.framework.record import Record
from tests.e2e.framework.region import JointForgingJournal, Region
from tests.e2e.framework.replica import Part
from tests.e2e.framework.shared import Shared, remove_left_over
from tests.support.keys import Pool
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.forging_times import Run
    from tests.e2e.framework.replica import Replica

T = TypeVar("T")
EAST_PRIORITY, WEST_PRIORITY = 10, 20
_DEADLINE_S = 90.0
#: A longer lease that nobody let go is waited for (docs/one-forger.md, With a hub).
_SETTLE_DEADLINE_S = 420.0
_POLL_S = 0.5


class TwoClusters:
    """The clusters east, which is preferred, and west, and the hub of both."""

    def __init__(self, east: Region, west: Region, hub: Hub) -> None:
        self.east, self.west, self.hub = east, west, hub
        self.regions = (east, west)
        self.journal = JointForgingJournal(self.regions)
        self.condemned = False

    def install(self) -> None:
        """Install both at once; waits for no node."""
        pool = Pool.generate()
        with ThreadPoolExecutor() as threads:
            for _ in threads.map(lambda region: region.join(self.hub, pool), self.regions):
                pass

    def settled(self) -> TwoClustersCase:
        """Wait until all are ready and east alone has forged for a while: a case's beginning."""
        try:
            return self.wait_for(
                "four ready replicas, one of east forging",
                self._scene,
                deadline_s=_SETTLE_DEADLINE_S,
            )
        except StepError:
            self.condemned = True
            raise

    def wait_for(self, what: str, condition: Callable[[], T | None], *, deadline_s: float) -> T:
        """Wait; a question that an API server does not answer is asked again."""

        def asked() -> T | None:
            try:
                return condition()
            except StepError:
                return None

        return steps.wait_for(
            what, asked, deadline_s=deadline_s, diagnose=self.diagnosis, interval_s=_POLL_S
        )

    def diagnosis(self) -> str:
        """Return what a person needs to see when a case fails."""
        said = [f"{each.name}: {each.diagnosis()}" for each in self.regions]
        return "\n".join([*said, f"hub: {self.hub.describe()}"])

    def _scene(self) -> TwoClustersCase | None:
        now = datetime.now(UTC)
        run = self.journal.only_forger(now)
        if run is None or not all(each.is_rolled_out() for each in self.regions):
            return None
        if self.hub.eligible() != {each.name for each in self.regions}:
            return None
        leaders = [one for one in self.east.replicas() if one.run.uid == run.uid]
        for one in (one for each in self.regions for one in each.replicas()):
            one.pid(Part.NODE)  # what an API server says may be of before it was rolled back
        return TwoClustersCase(since=now, two_clusters=self, leader=leaders[0]) if leaders else None


@dataclass(kw_only=True)
class TwoClustersCase(Record):
    """Both clusters settled at the moment `since`, the leader one of east."""

    two_clusters: TwoClusters
    leader: Replica

    @property
    def system(self) -> TwoClusters:
        """Where it happens."""
        return self.two_clusters

    def wait_for_forger_in(self, region: Region, *, other_than: Run | None = None) -> Run:
        """Return who forges once one does in this cluster alone, that is not the one named."""
        others = [each for each in self.two_clusters.regions if each != region]

        def forger() -> Run | None:
            if any(each.journal.forgers() for each in others):
                return None
            return next(iter(region.journal.forgers() - {other_than}), None)

        return self.two_clusters.wait_for(
            f"a forger in {region.name}", forger, deadline_s=_DEADLINE_S
        )

    def forged_in(self) -> set[str]:
        """Return the names of the clusters that have forged since."""
        ticks = (line for line in self.lines() if line.event == "tick")
        return {line.run.pod.partition("/")[0] for line in ticks}


class SharedTwoClusters(Shared[TwoClusters]):
    """Those of `make test-clusters`, which cases share one after another."""

    def __init__(self, scratch: Path, *, suite: str, boot_seconds: float) -> None:
        super().__init__()
        self._clusters = {name: _Ours.of(f"forge-{name}") for name in ("east", "west", "hub")}
        self._scratch = scratch
        self._suite = suite
        self._boot_seconds = boot_seconds

    def begin(self) -> None:
        """Remove what an interrupted run of this suite left, and mend the machines."""
        for cluster in self._clusters.values():
            cluster.machines.restore(cluster.kubectl)
            remove_left_over(cluster.kubectl, self._suite)

    def end(self) -> None:
        """Leave the clusters as they were."""
        for cluster in self._clusters.values():
            cluster.machines.restore(cluster.kubectl)
        self.discard()

    def _make(self) -> TwoClusters:
        name = f"{self._suite}-{secrets.token_hex(3)}"
        network = CustomNetwork()
        hub = self._clusters["hub"]
        return TwoClusters(
            self._region("east", name, EAST_PRIORITY, network),
            self._region("west", name, WEST_PRIORITY, network),
            Hub(hub.machines.control_plane, hub.namespace(name)),
        )

    def _region(self, name: str, namespace: str, priority: int, network: CustomNetwork) -> Region:
        cluster = self._clusters[name]
        within = cluster.namespace(namespace)
        watch = PodWatch.start(within, self._scratch / f"{name}-{namespace}.json")
        deployment = Deployment(cluster.environment.images, within, watch, network)
        return Region(name, priority, deployment, cluster.machines, boot_seconds=self._boot_seconds)

    def _install(self, made: TwoClusters) -> None:
        made.install()

    def _remove(self, present: TwoClusters) -> None:
        for region in present.regions:
            region.deployment.watch.stop()
            begin_deletion(region.namespace.kubectl, region.namespace.name)
        begin_deletion(present.hub.namespace.kubectl, present.hub.namespace.name)


@dataclass(frozen=True)
class _Ours:
    """A cluster that is ours to break."""

    environment: Environment
    machines: Machines
    kubectl: Kubectl

    @classmethod
    def of(cls, name: str) -> _Ours:
        environment = environments.load(name)
        cluster = environment.cluster
        kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", cluster.kubeconfig)
        return cls(environment, Machines.of(cluster), kubectl)

    def namespace(self, name: str) -> Namespace:
        """Return a namespace of this name, made now."""
        made = Namespace(self.kubectl, name)
        create(made)
        return made

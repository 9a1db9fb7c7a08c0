"""Three replicas on three machines, for one fault after another."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from devkit import paths
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from devkit.steps import StepError
from forge_manager.base.moment import SECOND
from forge_manager.election.knowledge import OWN_TIME_NS
from tests.e2e.framework.case import Case
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.history import PodWatch
from tests.e2e.framework.machines import Machines
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.framework.release import Release
from tests.e2e.framework.replica import Part
from tests.e2e.framework.shared import Shared, remove_left_over
from tests.support import producer
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from devkit.environment import Environment

REPLICAS = 3
LEASE = f"{producer.NAME}-leader"
LEASE_S = 15
#: By how much longer a Lease is waited for when its API server did not answer.
OWN_TIME_S = OWN_TIME_NS / SECOND
_SETTLE_DEADLINE_S = 300.0
_MOVES = 4


class ThreeReplicas(Release):
    """Three replicas on one cluster, each on a machine of its own."""

    def __init__(
        self,
        deployment: Deployment,
        machines: Machines,
        boot_seconds: float,
        node: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            deployment, machines, replicas=REPLICAS, boot_seconds=boot_seconds, node=node
        )
        self.pool = Pool.generate()
        #: A case on it has failed: nobody knows what that has left.
        self.condemned = False

    def install_apart(self) -> None:
        """Install all three at once, each on a machine of its own; waits for nothing."""
        apart = {
            "topologyKey": "kubernetes.io/hostname",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": producer.NAME}},
        }
        required = {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}
        self.install(self.pool.issue(), {"affinity": {"podAntiAffinity": required}})

    def settled(self) -> Case:
        """Wait until all are ready and one alone has forged for a while: a fault's beginning."""
        try:
            return self.wait_for(
                "three ready replicas, one forging", self._scene, deadline_s=_SETTLE_DEADLINE_S
            )
        except StepError:
            self.condemned = True
            raise

    def settled_with_leader_on_a_worker(self) -> Case:
        """Do the same until the leader is on a machine that does not run the API server."""
        for _ in range(_MOVES):
            case = self.settled()
            if case.leader.machine != self.machines.control_plane:
                return case
            self.namespace.run("delete", "pod", case.leader.pod)
        raise StepError(f"after {_MOVES} moves the leader is still beside the API server")

    def _scene(self) -> Case | None:
        now = datetime.now(UTC)
        run = self.journal.only_forger(now)
        if run is None or not self.is_rolled_out():
            return None
        leaders = [one for one in self.replicas() if one.run == run]
        standbys = [one for one in self.replicas() if one.run != run]
        if len(leaders) != 1 or len(standbys) != REPLICAS - 1:
            return None
        for one in (*leaders, *standbys):
            one.pid(Part.NODE)  # what the API server says may be of before it was rolled back
        return Case(since=now, three_replicas=self, leader=leaders[0], standbys=standbys)


class SharedThreeReplicas(Shared[ThreeReplicas]):
    """Three replicas that cases share one after another."""

    def __init__(
        self,
        environment: Environment,
        machines: Machines,
        scratch: Path,
        *,
        suite: str,
        boot_seconds: float,
        node: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._images = environment.images
        self._kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", environment.cluster.kubeconfig)
        self._machines = machines
        self._scratch = scratch
        self._suite = suite
        self._boot_seconds = boot_seconds
        self._node = node

    @classmethod
    def of(
        cls,
        environment: Environment,
        scratches: pytest.TempPathFactory,
        *,
        suite: str,
        boot_seconds: float,
        node: Mapping[str, str] | None = None,
    ) -> Self:
        """Return those of a suite on its cluster; nothing is installed yet."""
        machines = Machines.of(environment.cluster)
        scratch = scratches.mktemp("three_replicas")
        return cls(
            environment, machines, scratch, suite=suite, boot_seconds=boot_seconds, node=node
        )

    def begin(self) -> None:
        """Remove what an interrupted run of this suite left, and mend the machines."""
        self._machines.restore(self._kubectl)
        remove_left_over(self._kubectl, self._suite)

    def end(self) -> None:
        """Leave the cluster as it was."""
        self._machines.restore(self._kubectl)
        self.discard()

    def _make(self) -> ThreeReplicas:
        namespace = Namespace(self._kubectl, f"{self._suite}-{secrets.token_hex(3)}")
        create(namespace)
        watch = PodWatch.start(namespace, self._scratch / f"{namespace.name}.json")
        deployment = Deployment(self._images, namespace, watch)
        return ThreeReplicas(deployment, self._machines, self._boot_seconds, self._node)

    def _install(self, made: ThreeReplicas) -> None:
        made.install_apart()

    def _remove(self, present: ThreeReplicas) -> None:
        present.deployment.watch.stop()
        begin_deletion(self._kubectl, present.namespace.name)

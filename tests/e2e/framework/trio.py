"""Three replicas on three machines, for one fault after another."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from devkit import paths
from devkit.kubectl import Kubectl
from devkit.steps import StepError
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.forging_times import Run, longest_gap_s
from tests.e2e.framework.history import PodWatch, container
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.framework.replica import Replica
from tests.e2e.framework.scene import Scene
from tests.e2e.framework.witness import ENVIRONMENT, Witness
from tests.support import producer
from tests.support.keys import Pool
from timeline.namespace import Namespace
from timeline.observations import NODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.machines import Machines

Object = dict[str, Any]
T = TypeVar("T")
REPLICAS = 3
LEASE = f"{producer.NAME}-leader"
LEASE_S = 15
_SETTLE_DEADLINE_S = 300.0
_MOVES = 4
# From then on a forger is past what its start, or the end of the one before, may still bring.
_SETTLED = timedelta(seconds=3)


class Trio:
    """One release with three replicas in a namespace of its own."""

    def __init__(self, deployment: Deployment, machines: Machines, boot_seconds: float) -> None:
        self.deployment = deployment
        self.pool = Pool.generate()
        self.namespace = deployment.namespace
        self.machines = machines
        self.witness = Witness(deployment.namespace, machines, REPLICAS)
        #: A case on it has failed: nobody knows what that has left.
        self.condemned = False
        self._boot_seconds = boot_seconds

    def install(self) -> None:
        """Install all three at once, each on a machine of its own; waits for nothing."""
        apart = {
            "topologyKey": "kubernetes.io/hostname",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": producer.NAME}},
        }
        boot = {"name": "STANDIN_BOOT_SECONDS", "value": str(self._boot_seconds)}
        self.deployment.put_secret(self.pool.issue())
        self.deployment.install(
            {
                "replicaCount": REPLICAS,
                # The journals are on this volume.
                "persistence": {"ledger": {"enabled": True, "size": "1Gi"}},
                "extraEnvVars": [boot, *ENVIRONMENT],
                "affinity": {
                    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}
                },
            }
        )

    def settled(self) -> Scene:
        """Wait until all are ready and one alone has forged for a while: a fault's beginning."""
        try:
            return self.wait_for(
                "three ready replicas, one forging", self._scene, deadline_s=_SETTLE_DEADLINE_S
            )
        except StepError:
            self.condemned = True
            raise

    def settled_with_leader_on_a_worker(self) -> Scene:
        """Do the same until the leader is on a machine that does not run the API server."""
        for _ in range(_MOVES):
            scene = self.settled()
            if scene.leader.machine != self.machines.control_plane:
                return scene
            self.namespace.run("delete", "pod", scene.leader.pod)
        raise StepError(f"after {_MOVES} moves the leader is still beside the API server")

    def replicas(self) -> list[Replica]:
        """Return those whose node is ready and that are not ending."""
        return [
            Replica(
                Run(pod["metadata"]["name"], pod["metadata"]["uid"]),
                self.machines.named(pod["spec"]["nodeName"]),
            )
            for pod in self.namespace.items("pods")
            if container(pod, NODE).get("ready") and "deletionTimestamp" not in pod["metadata"]
        ]

    def pod(self, replica: Replica) -> Object:
        """Return its pod as the API shows it; empty when that is gone."""
        pods = self.namespace.items("pods", f"--field-selector=metadata.name={replica.pod}")
        return next((pod for pod in pods if pod["metadata"]["uid"] == replica.run.uid), {})

    def wait_for(self, what: str, condition: Callable[[], T | None], *, deadline_s: float) -> T:
        """Wait; a question that the API server does not answer is asked again."""

        def asked() -> T | None:
            try:
                return condition()
            except StepError:
                return None

        return self.deployment.wait_for(what, asked, deadline_s=deadline_s)

    def _scene(self) -> Scene | None:
        now = datetime.now(UTC)
        spans = self.witness.spans(now - _SETTLED)
        if not spans or longest_gap_s(spans, since=now - _SETTLED, until=now) > 1:
            return None
        if not self._is_rolled_out():
            return None
        forging = {span.run for span in spans}
        leaders = [one for one in self.replicas() if one.run in forging]
        standbys = [one for one in self.replicas() if one.run not in forging]
        if len(forging) != 1 or len(leaders) != 1 or len(standbys) != REPLICAS - 1:
            return None
        return Scene(self, leaders[0], standbys, since=now)

    def _is_rolled_out(self) -> bool:
        (found,) = self.namespace.items("statefulsets")
        status = found["status"]
        return bool(
            status.get("observedGeneration") == found["metadata"]["generation"]
            and status.get("updateRevision") == status.get("currentRevision")
            and status.get("readyReplicas") == REPLICAS
        )


class Trios:
    """The trio that cases share one after another: installed when there is no good one."""

    def __init__(
        self,
        environment: Environment,
        machines: Machines,
        scratch: Path,
        *,
        suite: str,
        boot_seconds: float,
    ) -> None:
        self._images = environment.images
        self._kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", environment.cluster.kubeconfig)
        self._machines = machines
        self._scratch = scratch
        self._suite = suite
        self._boot_seconds = boot_seconds
        self._present: Trio | None = None

    def begin(self) -> None:
        """Remove what an interrupted run of this suite left, and mend the machines."""
        self._machines.restore(self._kubectl)
        names = (one["metadata"]["name"] for one in self._kubectl.items("namespaces"))
        left = [name for name in names if name.startswith(f"{self._suite}-")]
        if left:
            begin_deletion(self._kubectl, *left)

    def end(self) -> None:
        """Leave the cluster as it was."""
        self._machines.restore(self._kubectl)
        self.discard()

    def present(self) -> Trio:
        """Return the trio that is there and good, else a new one."""
        if self._present is None or self._present.condemned:
            return self.fresh()
        return self._present

    def fresh(self) -> Trio:
        """Return a trio that has just been installed."""
        self.discard()
        namespace = Namespace(self._kubectl, f"{self._suite}-{secrets.token_hex(3)}")
        create(namespace)
        watch = PodWatch.start(namespace, self._scratch / f"{namespace.name}.json")
        deployment = Deployment(self._images, namespace, watch)
        self._present = Trio(deployment, self._machines, self._boot_seconds)
        self._present.install()
        return self._present

    def discard(self) -> None:
        """Have the trio removed, if there is one."""
        if self._present is not None:
            self._present.deployment.watch.stop()
            begin_deletion(self._kubectl, self._present.namespace.name)
            self._present = None

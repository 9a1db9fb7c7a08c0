"""One replica with the chart's own times, whose first Lease is there and let go."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from devkit import paths
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.forging_journal import ForgingJournal
from tests.e2e.framework.history import PodWatch
from tests.e2e.framework.machines import Machines
from tests.e2e.framework.namespaces import begin_deletion, create
from tests.e2e.framework.record import Record
from tests.e2e.framework.release import Release
from tests.e2e.framework.three_replicas import LEASE
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.replica import Replica

# The cluster itself needs a while to come to rest after an outage.
SETTLE_DEADLINE_S = 300.0
#: The lease of several replicas; the chart's default.
USUAL_S = 15
#: And by how much that of the only one is longer; the chart's default.
FAILSAFE_S = 300
LEASE_S = USUAL_S + FAILSAFE_S
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


class OnlyReplica(Release):
    """One replica on one cluster."""

    #: A case on it has failed.
    condemned = False

    def settled(self) -> Case:
        """Wait until it is ready and has forged for a while."""
        return self.wait_for("a replica that forges", self._scene, deadline_s=SETTLE_DEADLINE_S)

    def _scene(self) -> Case | None:
        now = datetime.now(UTC)
        run = self.journal.only_forger(now)
        found = [one for one in self.replicas() if one.run == run]
        return Case(since=now, only=self, leader=found[0]) if found else None

    def have(self, replicas: int) -> None:
        """Expect so many from now on."""
        self.count = replicas
        self.journal = ForgingJournal(self.namespace, self.machines, replicas)

    def put_lease(self) -> None:
        """Put a Lease that somebody let go, as an update leaves it behind."""
        metadata = {"name": LEASE, "namespace": self.namespace.name}
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata}
        self.namespace.apply({**lease, "spec": {"leaseTransitions": 1}})
        uid = self.namespace.run("get", "lease", LEASE, "--output=jsonpath={.metadata.uid}")
        mark = f"cardano.io/release-mark={uid}/1/somebody_before"
        self.namespace.run("annotate", "lease", LEASE, mark)


@dataclass(kw_only=True)
class Case(Record):
    """A replica that forges at the moment `since`."""

    only: OnlyReplica
    leader: Replica

    @property
    def system(self) -> OnlyReplica:
        """Where it happens."""
        return self.only

    @property
    def namespace(self) -> Namespace:
        """Where all of it is."""
        return self.only.namespace


@contextlib.contextmanager
def only_replica(
    environment: Environment,
    scratch: Path,
    *,
    suite: str = "failsafe",
    labels: Mapping[str, str] | None = None,
    boot_seconds: float = 5,
    **election: object,
) -> Iterator[Case]:
    """Install one with these labels, wait until it forges, and remove it after."""
    kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", environment.cluster.kubeconfig)
    machines = Machines.of(environment.cluster)
    machines.restore(kubectl)
    namespace = Namespace(kubectl, f"{suite}-{secrets.token_hex(3)}")
    create(namespace)
    watch = PodWatch.start(namespace, scratch / f"{namespace.name}.json")
    deployment = Deployment(environment.images, namespace, watch)
    made = OnlyReplica(deployment, machines, replicas=1, boot_seconds=boot_seconds)
    try:
        made.put_lease()
        # Not where the API server is.
        workers = {"matchExpressions": [{"key": _CONTROL_PLANE, "operator": "DoesNotExist"}]}
        required = {"nodeSelectorTerms": [workers]}
        affinity = {"requiredDuringSchedulingIgnoredDuringExecution": required}
        made.install(
            Pool.generate().issue(),
            {
                "forgeManager": {"election": {"failsafeSeconds": FAILSAFE_S, **election}},
                "affinity": {"nodeAffinity": affinity},
                "podLabels": dict(labels or {}),
            },
        )
        yield made.settled()
    finally:
        machines.restore(kubectl)
        watch.stop()
        begin_deletion(kubectl, namespace.name)

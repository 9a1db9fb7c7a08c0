"""A release whose only pod is started again and again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.cluster.creations import Creations
from devkit.namespace import Namespace
from devkit.steps import StepError
from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.deployment import Deployment
from tests.e2e.framework.forging_times import Run
from tests.e2e.framework.history import PodWatch, is_running, restarts
from tests.e2e.framework.namespaces import begin_deletion, create, delete
from tests.e2e.framework.replica import Part, Replica
from tests.support import producer
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.cluster.ground import Ground
    from tests.e2e.framework.machines import Machines

Object = dict[str, Any]
#: In which the kubelet has probed a sidecar at least once after its delay.
_PROBED_S = 3.0


@dataclass(frozen=True)
class Start:
    """One pod's start, in seconds since it was created."""

    sidecar: float
    ready: float
    node: float


class Site:
    """Such a release. All that it does raises StepError."""

    def __init__(self, deployment: Deployment, machines: Machines, creations: Creations) -> None:
        self._deployment = deployment
        self._namespace = deployment.namespace
        self._machines = machines
        self._creations = creations
        self._keys = Pool.generate().issue()

    def start(self) -> Start:
        """Have a pod start that finds its keys."""
        self._deployment.put_secret(self._keys)
        self._scale(1)
        return self._end(self._deployment.wait_for_pod("a node that runs", _node_runs))

    def start_before_its_keys(self, delay_s: float) -> Start:
        """Have a pod start whose keys come once the kubelet probes, `delay_s` after its sidecar."""
        self._namespace.run("delete", "secret", producer.KEYS_SECRET, "--ignore-not-found")
        self._scale(1)
        pod = self._deployment.wait_for_pod("a manager that runs", _manager_runs)
        started = self._replica(pod).started_at(Part.MANAGER)
        probed = started + timedelta(seconds=delay_s + _PROBED_S)
        self._deployment.wait_for("the first probes", lambda: datetime.now(UTC) >= probed)
        self._deployment.put_secret(self._keys)
        self._deployment.hasten_delivery()
        return self._end(self._deployment.wait_for_pod("a node that runs", _node_runs))

    def _end(self, pod: Object) -> Start:
        """Return what the start of this pod took, and have it end."""
        if any(restarts(pod).values()):
            raise StepError(f"a container of {self._namespace.name} was restarted: {restarts(pod)}")
        replica, created = self._replica(pod), self._creations.at(pod["metadata"]["uid"])
        moments = (
            replica.started_at(Part.MANAGER),
            self._deployment.gate_opened_at(),
            replica.started_at(Part.NODE),
        )
        self._scale(0)
        self._deployment.wait_for("the pod's end", lambda: not self._deployment.pod())
        return Start(*((moment - created).total_seconds() for moment in moments))

    def _scale(self, replicas: int) -> None:
        self._namespace.run("scale", "statefulset", producer.NAME, f"--replicas={replicas}")

    def _replica(self, pod: Object) -> Replica:
        machine = self._machines.named(pod["spec"]["nodeName"])
        return Replica(Run(producer.POD, pod["metadata"]["uid"]), machine)


@contextmanager
def site(ground: Ground, name: str, probe: Mapping[str, Any]) -> Iterator[Site]:
    """Install a release without pods within; it is removed at the end."""
    namespace = Namespace(ground.kubectl, f"bench-start-{name}")
    delete(ground.kubectl, namespace.name)
    create(namespace)
    watch = PodWatch.start(namespace, ground.scratch / f"{namespace.name}.json")
    deployment = Deployment(ground.environment.images, namespace, watch)
    values = {"replicaCount": 0, "healthChecks": {"forgeManager": {"startupProbe": dict(probe)}}}
    try:
        deployment.install(values)
        with Creations(namespace) as creations:
            yield Site(deployment, ground.machines, creations)
    finally:
        watch.stop()
        begin_deletion(ground.kubectl, namespace.name)


def _manager_runs(pod: Object) -> bool:
    return is_running(pod, MANAGER)


def _node_runs(pod: Object) -> bool:
    return is_running(pod, NODE)

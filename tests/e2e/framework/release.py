"""Several replicas of a producer in a namespace of their own, and the journals of their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from devkit.steps import StepError
from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.deployment import merged
from tests.e2e.framework.forging_journal import ENVIRONMENT, ForgingJournal
from tests.e2e.framework.forging_times import Run
from tests.e2e.framework.history import container
from tests.e2e.framework.replica import SLOWED, Replica

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.e2e.framework.deployment import Deployment
    from tests.e2e.framework.machines import Machines
    from tests.support.keys import CredentialFiles

Object = dict[str, Any]
T = TypeVar("T")


class Release:
    """One release on one cluster."""

    def __init__(
        self,
        deployment: Deployment,
        machines: Machines,
        *,
        replicas: int,
        boot_seconds: float,
        node: Mapping[str, str] | None = None,
    ) -> None:
        """Take what further environment the nodes get, by `node`."""
        self.deployment = deployment
        self.namespace = deployment.namespace
        self.machines = machines
        self.journal = ForgingJournal(deployment.namespace, machines, replicas)
        self.count = replicas
        self._node = {"STANDIN_BOOT_SECONDS": str(boot_seconds), **SLOWED, **(node or {})}

    def install(self, files: CredentialFiles, overrides: Object) -> None:
        """Install all of them at once, with `overrides` merged in; waits for nothing."""
        node = [{"name": name, "value": value} for name, value in self._node.items()]
        self.deployment.put_secret(files)
        values: Object = {
            "replicaCount": self.count,
            # The journals are on this volume.
            "persistence": {"ledger": {"enabled": True, "size": "1Gi"}},
            "extraEnvVars": [*node, *ENVIRONMENT],
        }
        self.deployment.install(merged(values, overrides))

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

    def is_rolled_out(self) -> bool:
        """Tell whether every pod is of the newest revision and ready."""
        (found,) = self.namespace.items("statefulsets")
        status = found["status"]
        return bool(
            status.get("observedGeneration") == found["metadata"]["generation"]
            and status.get("updateRevision") == status.get("currentRevision")
            and status.get("readyReplicas") == self.count
        )

    def wait_for(self, what: str, condition: Callable[[], T | None], *, deadline_s: float) -> T:
        """Wait; a question that the API server does not answer is asked again."""

        def asked() -> T | None:
            try:
                return condition()
            except StepError:
                return None

        return self.deployment.wait_for(what, asked, deadline_s=deadline_s)

    def diagnosis(self) -> str:
        """Return what a person needs to see when a case fails."""
        return self.deployment.diagnosis()

"""A release in the terminal: each pod's start, the last hand-overs, and its state now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.commands.timeline import handovers, observations, present
from forge_manager.commands.timeline.kubectl import ClusterError
from forge_manager.commands.timeline.observations import MANAGER, Object, Observations
from forge_manager.commands.timeline.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forge_manager.commands.timeline.handovers import Report
    from forge_manager.commands.timeline.namespace import Namespace

METRICS_PORT = "forge-metrics"


@dataclass(frozen=True)
class Told:
    """All that the cluster knows about a release.

    `starts`: its pods with a node. `reports`: of their managers. `pages`: the managers' metrics by
    pod, None where they cannot be read; empty for a release without managers.
    """

    name: str  # namespace/release
    starts: Sequence[Observations]
    reports: Sequence[Report]
    pages: Mapping[str, str | None]


def ask(namespace: Namespace, release: str) -> Told:
    """Ask the cluster.

    Raises:
        ClusterError: there is no pod of the release, or the cluster cannot be asked.

    """
    found = observations.read(namespace, release)
    if not found:
        where = f"release {release} in namespace {namespace.name}"
        raise ClusterError(f"no pod of {where}; `helm list -A` names releases and namespaces")
    pods = {seen.pod["metadata"]["name"]: seen.pod for seen in found if _port(seen.pod)}
    said: Sequence[Report] = ()
    if pods:
        by = f"--field-selector=reportingComponent={handovers.REPORTER}"
        said = handovers.reports(namespace.items("events", by), pods)
    pages = {name: _page(namespace, pod) for name, pod in pods.items()}
    return Told(f"{namespace.name}/{release}", found, said, pages)


def in_words(told: Told) -> str:
    """Return it as text."""
    parts = [table(seen) for seen in told.starts]
    if told.pages:
        drawn = handovers.chart(told.reports)
        drawn = drawn or "  none in the events (Kubernetes keeps them for an hour)"
        parts.append(f"{told.name}, hand-overs as the managers reported\n{drawn}")
        parts.append(f"{told.name}, now, by its metrics\n{present.table(told.pages)}")
    return "\n\n".join(parts)


def _port(pod: Object) -> int | None:
    """Return the port of the manager's metrics; None for a pod without one."""
    for container in pod["spec"].get("initContainers", []):
        if container["name"] == MANAGER:
            for port in container.get("ports", []):
                if port.get("name") == METRICS_PORT:
                    number: int = port["containerPort"]
                    return number
    return None


def _page(namespace: Namespace, pod: Object) -> str | None:
    """Return a manager's metrics, through the API server; None when it does not answer."""
    name = f"{pod['metadata']['name']}:{_port(pod)}"
    path = f"/api/v1/namespaces/{namespace.name}/pods/{name}/proxy/metrics"
    try:
        return namespace.kubectl.text("get", "--raw", path)
    except ClusterError:
        return None

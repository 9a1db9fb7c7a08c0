"""A release in the terminal: each pod's start, the last hand-overs, and what is so now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.steps import StepError
from timeline import handovers, observations, present
from timeline.observations import MANAGER, Object
from timeline.table import table

if TYPE_CHECKING:
    from timeline.namespace import Namespace

METRICS_PORT = "forge-metrics"


def story(namespace: Namespace, release: str) -> str:
    """Return all that the cluster knows of a release.

    Raises:
        StepError: there is no pod of it, or the cluster cannot be asked.

    """
    found = observations.read(namespace, release)
    if not found:
        where = f"release {release} in namespace {namespace.name}"
        raise StepError(f"no pod of {where}; `helm list -A` names releases and namespaces")
    parts = [table(seen) for seen in found]
    pods = [seen.pod for seen in found if _port(seen.pod)]
    if pods:
        by = f"--field-selector=reportingComponent={handovers.REPORTER}"
        names = [pod["metadata"]["name"] for pod in pods]
        said = handovers.reports(namespace.items("events", by), names)
        drawn = handovers.chart(said) or "  none in the events (Kubernetes keeps them for an hour)"
        parts.append(f"{namespace.name}/{release}, hand-overs as the managers reported\n{drawn}")
        pages = {pod["metadata"]["name"]: _page(namespace, pod) for pod in pods}
        parts.append(f"{namespace.name}/{release}, now by its metrics\n{present.table(pages)}")
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
    except StepError:
        return None

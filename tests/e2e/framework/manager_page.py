"""What a replica's manager says of itself on its page of metrics, by way of the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.replica import Replica


def samples(
    namespace: Namespace, replica: Replica, name: str
) -> list[tuple[dict[str, str], float]]:
    """Return the samples of this name with their labels. Raises StepError."""
    path = f"/api/v1/namespaces/{namespace.name}/pods/{replica.pod}:8000/proxy/metrics"
    page = namespace.kubectl.text("get", "--raw", path)
    families = text_string_to_metric_families(page)
    found = (one for each in families for one in each.samples if one.name == name)
    return [(one.labels, one.value) for one in found]


def metric(namespace: Namespace, replica: Replica, name: str) -> float:
    """Return the one sample of this name. Raises StepError when the manager cannot be asked."""
    ((_, value),) = samples(namespace, replica, name)
    return value

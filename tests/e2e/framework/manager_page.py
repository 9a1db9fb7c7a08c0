"""What a replica's manager says of itself on its page of metrics, by way of the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.e2e.framework.replica import Replica


def metric(namespace: Namespace, replica: Replica, name: str) -> float:
    """Return the one sample of this name. Raises StepError when the manager cannot be asked."""
    path = f"/api/v1/namespaces/{namespace.name}/pods/{replica.pod}:8000/proxy/metrics"
    page = namespace.kubectl.text("get", "--raw", path)
    families = text_string_to_metric_families(page)
    (value,) = (one.value for each in families for one in each.samples if one.name == name)
    return value

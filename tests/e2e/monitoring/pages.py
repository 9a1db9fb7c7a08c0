"""What the managers' pages show, all replicas' together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.metric_names import Row, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devkit.namespace import Namespace


def metrics_of(namespace: Namespace, pods: Sequence[str]) -> dict[str, Row]:
    """Return each metric with the labels that any of these managers gives it."""
    found: dict[str, Row] = {}
    for pod in pods:
        path = f"/api/v1/namespaces/{namespace.name}/pods/{pod}:8000/proxy/metrics"
        for name, row in shown(namespace.kubectl.text("get", "--raw", path)).items():
            labels = row.labels | found.get(name, row).labels
            found[name] = Row(row.type, labels)
    return found


def is_of_clusters(name: str) -> bool:
    """Tell whether a metric is there with several clusters alone."""
    return name.startswith("cardano_cluster_")

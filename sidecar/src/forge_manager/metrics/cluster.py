"""Metrics of a pool in several clusters: what this one may do, and whether others are excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge_manager.multicluster.view import ClusterState
    from forge_manager.settings.manager import Settings


def cluster_metrics(
    settings: Settings, state: ClusterState | None, pool_label: str
) -> Iterator[Metric]:
    """Yield them. `state`: None until forging control has begun."""
    cluster = settings.cluster
    if not cluster.enabled:
        return
    labels = {
        "cluster": cluster.identifier,
        "region": cluster.region,
        "network": settings.network.name,
        "pool_id": pool_label,
    }

    def gauge(name: str, text: str, value: float) -> Metric:
        family = GaugeMetricFamily(name, text, labels=list(labels))
        family.add_metric(list(labels.values()), value)
        return family

    yield gauge(
        "cardano_cluster_forge_enabled",
        "Whether this cluster is enabled for forging",
        int(state is not None and state.permission.permitted),
    )
    yield gauge(
        "cardano_cluster_forge_priority",
        "Effective priority of this cluster for forging",
        state.effective.priority if state else cluster.spec.priority,
    )
    if state is None:
        return
    yield gauge(
        "cardano_cluster_exclusion",
        "Whether a hub's Lease keeps other clusters from forging",
        int(state.excludes),
    )
    if state.health.healthy is not None:
        yield gauge(
            "cardano_cluster_healthy",
            "Whether the health check says that this cluster is fit to forge",
            int(state.health.healthy),
        )

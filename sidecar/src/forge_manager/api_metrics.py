"""The metrics of the requests to the API server."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from forge_manager.cluster.counting import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge_manager.cluster.counting import RequestTally

_BOUNDS = [*map(str, BUCKETS), "+Inf"]


def api_requests(tally: RequestTally) -> Iterator[Metric]:
    """Return how many there were, and how long they took; a watch until it began."""
    requests = CounterMetricFamily(
        "cardano_forge_manager_api_requests",
        "Requests to the Kubernetes API; outcome: the status code, timeout or error",
        labels=["verb", "resource", "outcome"],
    )
    for labels, count in sorted(tally.outcomes().items()):
        requests.add_metric(labels, count)
    yield requests
    seconds = HistogramMetricFamily(
        "cardano_forge_manager_api_request_seconds",
        "Time until the answer of the Kubernetes API, for a watch until it began",
        labels=["verb", "resource"],
    )
    for key, durations in sorted(tally.durations().items()):
        buckets = list(zip(_BOUNDS, accumulate(durations.counts), strict=True))
        seconds.add_metric(key, buckets, durations.total_seconds)
    yield seconds

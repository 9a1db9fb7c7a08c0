"""What a counter of the metrics page has counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Counter


def counted(counter: Counter) -> dict[tuple[str, ...], float]:
    """Return how often each combination of labels was counted."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in counter.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    }

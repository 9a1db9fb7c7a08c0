"""What one process took over time, and whether that grows: pure functions of samples.

A process that takes more and more is told from one that goes up and down by medians: of the last
third of its time against the first. Its slope is the median of those between all pairs of samples
(Theil and Sen), which a few high samples do not move.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
#: At its start a process imports, reads its files and is elected.
WARM_UP_S = 60.0
#: So many samples give a slope within seconds, and a small file.
_MOST = 360
_MOST_SHOWN = 60
_HOUR_S = 3600.0
_MINUTE_S = 60.0


@dataclass(frozen=True)
class Point:
    """A sample: when, in seconds of any clock, and how much."""

    at_s: float
    value: float


def warm(points: Sequence[Point]) -> list[Point]:
    """Return them without those of the first minute."""
    return [point for point in points if point.at_s - points[0].at_s >= WARM_UP_S]


def lasts_s(points: Sequence[Point]) -> float:
    """Return the time from the first to the last."""
    return points[-1].at_s - points[0].at_s if points else 0.0


def growth(points: Sequence[Point]) -> float:
    """Return by how much the median of the last third of the time is more than of the first.

    No number (NaN) where one of them has no sample.
    """
    if not points:
        return math.nan
    third_s = lasts_s(points) / 3
    first = [point.value for point in points if point.at_s <= points[0].at_s + third_s]
    last = [point.value for point in points if point.at_s >= points[-1].at_s - third_s]
    return statistics.median(last) - statistics.median(first)


def slope_per_hour(points: Sequence[Point]) -> float:
    """Return the slope; no number (NaN) of fewer than two samples."""
    slopes = [
        (later.value - earlier.value) / (later.at_s - earlier.at_s)
        for earlier, later in combinations(_thinned(points, _MOST), 2)
        if later.at_s > earlier.at_s
    ]
    return statistics.median(slopes) * _HOUR_S if slopes else math.nan


def by_minute(points: Sequence[Point]) -> list[float]:
    """Return the median of each minute; of a long time, of some minutes."""
    minutes = groupby(points, lambda point: int((point.at_s - points[0].at_s) // _MINUTE_S))
    medians = [statistics.median(point.value for point in found) for _, found in minutes]
    return list(_thinned(medians, _MOST_SHOWN))


def rate(points: Sequence[Point]) -> float:
    """Return by how much it rises in a second on the whole; no number (NaN) of one sample."""
    lasted_s = lasts_s(points)
    return (points[-1].value - points[0].value) / lasted_s if lasted_s else math.nan


def _thinned(found: Sequence[T], most: int) -> Sequence[T]:
    """Return no more than so many, at even distances."""
    return found[:: max(1, math.ceil(len(found) / most))]

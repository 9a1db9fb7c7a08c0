"""A soak's figures: of each seed what must hold, and whether what processes take stays flat."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report.figure import Figure, of_samples
from bench.soak import series
from bench.soak.series import Point
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.soak.sampler import Lifetime, Sample
    from tests.e2e.chaos.driver import Result
    from tests.e2e.framework.usage import Usage

#: In less time what the first outage allocates, once, would pass for growth.
JUDGED_FROM_S = 600.0


@dataclass(frozen=True)
class Measure:
    """Something that a process takes, and by how much more of it is not yet growth."""

    name: str
    unit: str
    of: Callable[[Usage], float]
    at_most: float


MEASURES = (
    # An allocator keeps what a burst has needed.
    Measure("memory", "MB", lambda usage: usage.resident_mb, 2.0),
    # A client's connection more or less is open at the median.
    Measure("descriptors", "", lambda usage: usage.descriptors, 2.0),
    # And the thread that serves it.
    Measure("threads", "", lambda usage: usage.threads, 1.0),
)


def of_seed(seed: int, result: Result, *, none_at_most_s: float | None) -> list[Figure]:
    """Return what the faults of a seed have shown.

    `none_at_most_s`: how long none may forge; None where that is not judged.
    """

    def figure(
        name: str, what: str, value: float, unit: str = "", bound: float | None = None
    ) -> Figure:
        return Figure(f"seed-{seed}/{name}", what, value, unit, bound=bound)

    return [
        figure("steps", "steps", result.steps),
        figure("faults", "faults", result.faults.total()),
        figure("violations", "steps that broke a bound", len(result.violations), bound=0),
        figure("two", "two forgers, also as a machine resumes", result.two_s, "s"),
        figure("two-beyond", "two forgers for longer than allowed", result.two_beyond_s, "s", 0),
        figure("unproven", "a forger without a proven lease", result.unproven_s, "s", 0),
        figure("none", "none after a fault's end", result.none_after_s, "s", none_at_most_s),
        figure("starts", "nodes started with their keys", result.good_starts),
        figure("failed-starts", "nodes started without", result.failed_starts, bound=0),
        figure(
            "excused-starts",
            "the same, their manager and guard killed or stopped",
            result.excused_starts,
        ),
        figure("forging-starts", "nodes that forged unasked", result.forging_starts, bound=0),
    ]


def of_usage(found: Mapping[Lifetime, Sequence[Sample]], *, steady: str | None) -> Iterator[Figure]:
    """Return what processes took: of the release that no fault hits over time, of all the most.

    Growth is no number (NaN), and so beyond its bound, of a process that lived for less than half
    of the time.
    """
    for part in Part:
        yield from _most(found, part)
    if steady is None:
        return
    times = [each.at_s for samples in found.values() for each in samples]
    lasted_s = max(times, default=0.0) - min(times, default=0.0)
    longest = {part: _longest(found, steady, part) for part in Part}
    for measure in MEASURES:
        for part, samples in longest.items():
            if points := series.warm(_points(samples, measure)):
                name = f"{measure.name}/{_named(part)}"
                what = f"{_named(part)}, by the minute"
                yield of_samples(name, what, series.by_minute(points), measure.unit)
    for part, samples in longest.items():
        yield from _growth(part, samples, lasted_s)


def _growth(part: Part, samples: Sequence[Sample], lasted_s: float) -> Iterator[Figure]:
    """Return how long a process was seen, its growth, its slope, and its share of a core."""
    named = _named(part)
    lived_s = series.lasts_s(series.warm(_points(samples, MEASURES[0])))
    yield Figure(f"flatness/{named}-seen", f"{named}, seen for", lived_s / 60, "min")
    shows = lived_s > 0 and lived_s >= lasted_s / 2
    for measure in MEASURES:
        points = series.warm(_points(samples, measure))
        yield Figure(
            f"flatness/{named}-{measure.name}",
            f"{named}, {measure.name}: last third over first",
            series.growth(points) if shows else math.nan,
            measure.unit,
            bound=measure.at_most,
        )
        if lived_s:
            slope = series.slope_per_hour(points)
            what = f"{named}, {measure.name}: slope"
            yield Figure(f"flatness/{named}-{measure.name}-slope", what, slope, f"{measure.unit}/h")
    if lived_s:
        used = [Point(each.at_s, each.usage.cpu_s) for each in samples]
        share = 100 * series.rate(used)
        yield Figure(f"flatness/{named}-processor", f"{named}, of a core", share, "%")


def _most(found: Mapping[Lifetime, Sequence[Sample]], part: Part) -> Iterator[Figure]:
    """Return the most that any process of this part took, also of those that faults hit."""
    lives = [samples for life, samples in found.items() if life.process.part is part]
    for measure in MEASURES if lives else ():
        most = max(measure.of(each.usage) for samples in lives for each in samples)
        what = f"{_named(part)}, {measure.name}: the most of {len(lives)} processes"
        yield Figure(f"most/{_named(part)}-{measure.name}", what, most, measure.unit)


def _longest(
    found: Mapping[Lifetime, Sequence[Sample]], release: str, part: Part
) -> Sequence[Sample]:
    lives = (
        samples
        for life, samples in found.items()
        if (life.release, life.process.part) == (release, part)
    )
    return max(lives, key=lambda samples: samples[-1].at_s - samples[0].at_s, default=[])


def _points(samples: Sequence[Sample], measure: Measure) -> list[Point]:
    return [Point(each.at_s, measure.of(each.usage)) for each in samples]


def _named(part: Part) -> str:
    return part.name.lower()

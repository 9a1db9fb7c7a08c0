"""The figures of one cold start, from the steps that it noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.report.figure import Figure, Limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from devkit.timings import Timing

#: On two cores, where nothing could be pulled, before it was looked at (November 2026).
BEFORE_S = 1558.0
#: Shorter steps are not told.
_SHORTEST_S = 5.0


def figures(total_s: float, steps: Sequence[Timing]) -> Iterator[Figure]:
    """Return the whole, bound to half of what it was, and its longer steps in their order.

    A step that is a part of another, or runs beside the main ones, is told as such; their times do
    not add up to the whole.
    """
    before = Limit(BEFORE_S, "before", same_run=False)
    yield Figure("cold/all", "`make up`, nothing kept", total_s, "s", before, BEFORE_S / 2)
    told = [step for step in steps if step.seconds >= _SHORTEST_S]
    for number, step in enumerate(sorted(told, key=lambda step: (step.start, step.depth)), 1):
        beside = f"beside ({step.lane}): " if step.lane else ""
        within = "of it: " if step.depth else ""
        what = f"{beside}{within}{_without_paths(step.title)}"
        yield Figure(f"cold/{number}", what, step.seconds, "s")


def _without_paths(title: str) -> str:
    """Leave out folders: they are of this machine."""
    return re.sub(r"(?:/[\w.@+-]+)+/", "", title)

"""Who forged when, from the journals of the stand-ins: a tick every 100 ms while one forges."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A tick may be late on a loaded machine; a longer silence is a time without forging.
_LONGEST_TICK = timedelta(milliseconds=400)
_LINE = re.compile(r"^(\S+Z) (\S+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """One life of a pod: a force-deleted one may forge beside its follower of the same name."""

    pod: str
    uid: str


@dataclass(frozen=True)
class Line:
    """What a node of this run said, and when."""

    at: datetime
    run: Run
    event: str


@dataclass(frozen=True)
class Span:
    """One run forged from the first of its ticks to the last, without a pause."""

    run: Run
    start: datetime
    end: datetime


def parse(text: str, uid: str) -> list[Line]:
    """Read the journal of the pod with this uid. What is no whole line is left out."""
    return [
        Line(datetime.fromisoformat(at), Run(pod, uid), event)
        for at, pod, event in _LINE.findall(text)
    ]


def spans(lines: Iterable[Line]) -> list[Span]:
    """Return when which run forged, in the order of their beginnings."""
    ticks: dict[Run, set[datetime]] = defaultdict(set)
    for line in lines:
        if line.event == "tick":
            ticks[line.run].add(line.at)
    found = []
    for run, times in ticks.items():
        start = before = min(times)
        for tick in sorted(times):
            if tick - before > _LONGEST_TICK:
                found.append(Span(run, start, before))
                start = tick
            before = tick
        found.append(Span(run, start, before))
    return sorted(found, key=lambda span: span.start)


def overlap_s(found: Iterable[Span]) -> float:
    """Return for how many seconds two runs forged at once."""
    listed = list(found)
    both = timedelta()
    for index, one in enumerate(listed):
        for other in listed[index + 1 :]:
            if one.run != other.run:
                shared = min(one.end, other.end) - max(one.start, other.start)
                both += max(shared, timedelta())
    return both.total_seconds()


def longest_gap_s(found: Iterable[Span], *, since: datetime, until: datetime) -> float:
    """Return the longest time with no forger between these two moments."""
    longest, end = timedelta(), since
    for span in sorted(found, key=lambda span: span.start):
        longest = max(longest, min(span.start, until) - end)
        end = max(end, span.end)
    return max(longest, until - end).total_seconds()

"""From the managers' reports to stretches of time. Pure: no clock, no cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.commands.timeline.handovers import FORGING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from forge_manager.commands.timeline.handovers import Report


@dataclass(frozen=True)
class Span:
    """A pod's time in one phase. `end`: None while it lasts, as far as was reported."""

    pod: str
    phase: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True)
class Irregular:
    """A time in which, by the reports, not exactly one forged; `end`: None while it lasts."""

    forgers: int  # 0: a gap; 2 or more: an overlap
    begin: datetime
    end: datetime | None


def spans(found: Iterable[Report]) -> list[Span]:
    """Return the phases of each pod by its reports in order of time; it has none before them."""
    done: list[Span] = []
    now: dict[str, Span] = {}
    for report in found:
        before = now.get(report.pod)
        if not report.phase or (before and before.phase == report.phase):
            continue
        if before:
            done.append(Span(before.pod, before.phase, before.begin, report.at))
        now[report.pod] = Span(report.pod, report.phase, report.at, None)
    return [*done, *now.values()]


def irregular(all_spans: Iterable[Span]) -> list[Irregular]:
    """Return the gaps and overlaps of forging from the first forger on.

    As reported: a pod that vanished did not report its end, so it may overlap with the next one.
    """
    forging = [s for s in all_spans if s.phase == FORGING and s.begin != s.end]
    edges = sorted({span.begin for span in forging} | {span.end for span in forging if span.end})
    found: list[Irregular] = []
    for edge, following in zip(edges, [*edges[1:], None], strict=False):
        count = _forgers_at(edge, forging)
        if count == 1:
            continue
        if found and (found[-1].end, found[-1].forgers) == (edge, count):
            found[-1] = Irregular(count, found[-1].begin, following)
        else:
            found.append(Irregular(count, edge, following))
    return found


def _forgers_at(at: datetime, forging: Sequence[Span]) -> int:
    return sum(span.begin <= at and (span.end is None or span.end > at) for span in forging)

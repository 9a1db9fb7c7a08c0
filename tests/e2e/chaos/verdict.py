"""What a step is judged by, from the journals of the nodes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.framework.forging_times import longest_gap_s, overlap_s, spans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.e2e.framework.forging_times import Line

_UP, _STARTS, _ENDS = "socket: ", "start: ", "exit"


@dataclass(frozen=True)
class Verdict:
    """In seconds; ticks come every 0.1 s, so each is good to that."""

    two_s: float
    #: The longest time with no forger until the faults were over, and from then on.
    none_during_s: float
    none_after_s: float
    #: From the end of the faults until a node was up that could forge.
    nobody_up_s: float

    def __str__(self) -> str:
        up = f" (no node up for {self.nobody_up_s:.1f} s of it)" if self.nobody_up_s else ""
        return (
            f"two {self.two_s:.2f} s, none {self.none_during_s:.1f} s during, "
            f"{self.none_after_s:.1f} s after{up}"
        )

    def breaks(self, *, two_at_most_s: float, none_at_most_s: float) -> bool:
        """Tell whether two forged, or nobody for longer than the bound and the node's start."""
        return self.two_s > two_at_most_s or self.none_after_s - self.nobody_up_s > none_at_most_s


def judge(
    lines: Iterable[Line], *, up: Iterable[str], since: datetime, over: datetime, until: datetime
) -> Verdict:
    """Judge what happened from `since`, by faults that were over at `over`, until `until`.

    `up` are the uids of the pods whose nodes were up at `since`.
    """
    said = sorted((line for line in lines if line.at <= until), key=lambda line: line.at)
    found = spans(said)
    first = first_up(said, over, up)
    return Verdict(
        two_s=overlap_s(found),
        none_during_s=longest_gap_s(found, since=since, until=over),
        none_after_s=longest_gap_s(found, since=over, until=until),
        nobody_up_s=(first - over).total_seconds(),
    )


def first_up(lines: Iterable[Line], at: datetime, up: Iterable[str]) -> datetime:
    """Return when, from this moment on, the first node is up; the moment itself when one is.

    `lines` are in order, `up` as for `judge`. A node that was killed says nothing: it is down when
    its next word is that it starts.
    """
    alive, unknown = set(up), set(up)
    later = None
    for line in lines:
        if line.at <= at:
            if line.event.startswith(_UP):
                alive.add(line.run.uid)
            elif line.event.startswith((_STARTS, _ENDS)):
                alive.discard(line.run.uid)
            unknown = set(alive)
        elif line.run.uid in unknown:
            unknown.discard(line.run.uid)
            if line.event.startswith(_STARTS):
                alive.discard(line.run.uid)
        if line.at > at and later is None and line.event.startswith(_UP):
            later = line.at
    return at if alive or later is None else later

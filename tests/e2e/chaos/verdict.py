"""What a step is judged by, from the journals of the nodes alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.e2e.framework.forging_times import longest_gap_s, overlap_s, spans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.e2e.framework.forging_times import Line, Span

_UP, _STARTS, _ENDS = "socket: ", "start: ", "exit"
_FIT, _FAILED, _ON_AT_START = "keys: fit", "exit 1, ", "forging on at start"


@dataclass(frozen=True)
class Isolation:
    """A time within which the managers of these pods (by uid) could prove no lease anew."""

    uids: frozenset[str]
    begun: datetime
    ended: datetime


@dataclass(frozen=True)
class Verdict:
    """In seconds; ticks come every 0.1 s, so each is good to that."""

    two_s: float
    #: The longest time with no forger until the faults were over, and from then on.
    none_during_s: float
    none_after_s: float
    #: From the end of the faults until a node was up that could forge.
    nobody_up_s: float
    #: For how long a node forged whose manager could no longer prove the lease.
    unproven_s: float = 0.0
    #: Starts of nodes that found fit keys.
    good_starts: int = 0
    #: Starts of nodes that found no complete, fit keys.
    failed_starts: int = 0
    #: Starts of nodes that forged from the first, without a leader's SIGHUP.
    forging_starts: int = 0

    def __str__(self) -> str:
        up = f" (no node up for {self.nobody_up_s:.1f} s of it)" if self.nobody_up_s else ""
        return (
            f"two {self.two_s:.2f} s, none {self.none_during_s:.1f} s during, "
            f"{self.none_after_s:.1f} s after{up}; {self.unproven_s:.2f} s without a proven lease; "
            f"starts: {self.good_starts} with keys, {self.failed_starts} without, "
            f"{self.forging_starts} forging"
        )

    def breaks(
        self, *, two_at_most_s: float, none_at_most_s: float, starts_may_fail: bool = False
    ) -> bool:
        """Tell whether an invariant was violated, or nobody forged for too long.

        The time until the first node was up does not count as too long.
        """
        return (
            self.two_s > two_at_most_s
            or self.none_after_s - self.nobody_up_s > none_at_most_s
            or self.unproven_s > 0
            or self.forging_starts > 0
            or (self.failed_starts > 0 and not starts_may_fail)
        )


def judge(
    lines: Iterable[Line],
    *,
    up: Iterable[str],
    since: datetime,
    over: datetime,
    until: datetime,
    isolations: Iterable[Isolation] = (),
    lease: timedelta = timedelta(),
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
        unproven_s=sum(unproven_s(found, isolation, lease) for isolation in isolations),
        good_starts=sum(line.event.startswith(_FIT) for line in said),
        failed_starts=sum(line.event.startswith(_FAILED) for line in said),
        forging_starts=sum(line.event.startswith(_ON_AT_START) for line in said),
    )


def unproven_s(found: Iterable[Span], isolation: Isolation, lease: timedelta) -> float:
    """Return for how long pods forged that had not been able to prove a lease for a whole one.

    The last renewal was sent before the isolation: one lease later another pod may lead, whether
    there is one or not.
    """
    expired = isolation.begun + lease
    late = (
        min(span.end, isolation.ended) - max(span.start, expired)
        for span in found
        if span.run.uid in isolation.uids
    )
    return sum(max(each.total_seconds(), 0.0) for each in late)


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

"""What forging control saw and did, kept for the metrics. Thread-safe."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.forging.phases import ForgingReason
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from forge_manager.control.observer import Sight
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.situation import SentSighup

#: Upper bounds in seconds. Both ways take at least the settle time, 0.3 s; the last is a lease.
CONFIRMATION_BOUNDS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 15.0)
#: Which SIGHUP a transition confirms, by the reason under which it is counted when sent.
_CONFIRMS = {
    ForgingReason.FORGING_CONFIRMED: "enable_forging",
    ForgingReason.OFF_CONFIRMED: "disable_forging",
}


@dataclass(frozen=True)
class LeaseTimes:
    """Of one lease. Times are CLOCK_BOOTTIME in nanoseconds; None: it has not happened.

    `changed_ns`: when the Lease was last seen to change. `forge_until_ns`: until when this pod may
    forge by its own renewals.
    """

    changed_ns: int | None
    forge_until_ns: int | None


@dataclass(frozen=True)
class Round:
    """One round. Times as those of the leases, which are in the order of the loop's.

    `guard_beat_ns`: the guard's last heartbeat. `accepting_ns`: when the node's socket last
    accepted a connection.
    """

    leases: tuple[LeaseTimes, ...]
    guard_beat_ns: int | None
    accepting_ns: int | None


def round_of(sight: Sight, leases: tuple[LeaseView, ...]) -> Round:
    """Return what is kept of one look and of the views of the leases."""
    return Round(
        leases=tuple(
            LeaseTimes(one.changed_ns, one.proof.forge_until_ns if one.proof else None)
            for one in leases
        ),
        guard_beat_ns=sight.guard.beat_ns if sight.guard else None,
        accepting_ns=sight.node.accepting_ns,
    )


@dataclass(frozen=True)
class Confirmations:
    """Times from a SIGHUP to its effect: how many in each of CONFIRMATION_BOUNDS, and beyond."""

    counts: tuple[int, ...]
    seconds: float  # all of them together


@dataclass(frozen=True)
class ControlFacts:
    """Everything as of now. `started_ns`: when control made its first round, None before."""

    started_ns: int | None
    latest: Round | None
    transitions: dict[tuple[str, str, str], int]  # (source, target, reason): how often
    confirmations: dict[str, Confirmations]  # by the reason of the SIGHUP


class ControlRecord:
    """Written by the loop of forging control, read by the metrics page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started_ns: int | None = None
        self._latest: Round | None = None
        self._transitions: Counter[tuple[str, str, str]] = Counter()
        self._confirmations = {
            reason: Confirmations((0,) * (len(CONFIRMATION_BOUNDS) + 1), 0.0)
            for reason in _CONFIRMS.values()
        }

    def saw(self, now_ns: int, latest: Round) -> None:
        """Take what a round saw."""
        with self._lock:
            if self._started_ns is None:
                self._started_ns = now_ns
            self._latest = latest

    def changed(self, transition: Transition, now_ns: int, sighup: SentSighup | None) -> None:
        """Count a transition. `sighup`: the last one that this process sent."""
        with self._lock:
            self._transitions[transition.source, transition.target, transition.reason] += 1
            reason = _CONFIRMS.get(transition.reason)
            if reason is not None and sighup is not None:
                self._confirm(reason, (now_ns - sighup.sent_ns) / SECOND)

    def _confirm(self, reason: str, seconds: float) -> None:
        before = self._confirmations[reason]
        counts = list(before.counts)
        counts[bisect_left(CONFIRMATION_BOUNDS, seconds)] += 1
        self._confirmations[reason] = Confirmations(tuple(counts), before.seconds + seconds)

    def facts(self) -> ControlFacts:
        """Return everything as of now."""
        with self._lock:
            return ControlFacts(
                self._started_ns,
                self._latest,
                dict(self._transitions),
                dict(self._confirmations),
            )

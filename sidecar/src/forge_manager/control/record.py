"""Keeps what forging control saw and did, for the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram

from forge_manager.base.moment import SECOND
from forge_manager.forging.phases import ForgingReason

if TYPE_CHECKING:
    from forge_manager.control.observer import Observation
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.situation import SentSighup

#: Upper bounds in seconds. Both ways take at least the settle time, 0.3 s; the last is a lease.
_CONFIRMATION_BOUNDS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 15.0)
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
class RoundRecord:
    """One round. Times as those of the leases, which are in the order of the loop's.

    `guard_beat_ns`: the guard's last heartbeat. `accepting_ns`: when the node's socket last
    accepted a connection.
    """

    leases: tuple[LeaseTimes, ...]
    guard_beat_ns: int | None
    accepting_ns: int | None


def round_of(seen: Observation, leases: tuple[LeaseView, ...]) -> RoundRecord:
    """Return what is kept of one look and of the views of the leases."""
    return RoundRecord(
        leases=tuple(
            LeaseTimes(one.changed_ns, one.proof.forge_until_ns if one.proof else None)
            for one in leases
        ),
        guard_beat_ns=seen.guard.beat_ns if seen.guard else None,
        accepting_ns=seen.node.accepting_ns,
    )


class ControlRecord:
    """Written by the loop of forging control, read by the metrics page; part of it.

    `started_ns`: CLOCK_BOOTTIME of the first round, None before. `guard_kills`: of the node, by the
    guard that runs now. `ended_unwatched`: whether a permitted node ended before this manager;
    None: not looked yet.
    """

    def __init__(self) -> None:
        self.started_ns: int | None = None
        self.latest: RoundRecord | None = None
        self.guard_kills = 0
        self.ended_unwatched: bool | None = None
        self.leadership_changes = Counter(
            "cardano_leadership_changes",
            "Total number of leadership transitions",
            registry=None,
        )
        self.sighups = Counter(
            "cardano_sighup_signals",
            "Total number of SIGHUP signals sent to the node",
            ["reason"],
            registry=None,
        )
        self.kills = Counter(
            "cardano_node_kills",
            "Times the manager stopped or killed the node, which then has to start again",
            registry=None,
        )
        self.transitions = Counter(
            "cardano_forging_transitions",
            "Transitions of forging control from one phase to another",
            ["source", "target", "reason"],
            registry=None,
        )
        self.confirmations = Histogram(
            "cardano_sighup_confirmation_seconds",
            "Time from a SIGHUP until the node's own metric proves that it took effect",
            ["reason"],
            buckets=_CONFIRMATION_BOUNDS,
            registry=None,
        )
        for reason in _CONFIRMS.values():
            self.confirmations.labels(reason)

    def saw(self, now_ns: int, latest: RoundRecord) -> None:
        """Take what a round saw."""
        if self.started_ns is None:
            self.started_ns = now_ns
        self.latest = latest

    def changed(self, transition: Transition, now_ns: int, sighup: SentSighup | None) -> None:
        """Count a transition. `sighup`: the last one that this process sent."""
        self.transitions.labels(transition.source, transition.target, transition.reason).inc()
        reason = _CONFIRMS.get(transition.reason)
        if reason is not None and sighup is not None:
            self.confirmations.labels(reason).observe((now_ns - sighup.sent_ns) / SECOND)

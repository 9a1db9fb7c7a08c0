"""How long no node forges when the leader changes, and what that time is made of.

Times are of the nodes' journals, the managers' Events and the Lease, all by one clock.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bench.report.figure import Figure, Limit, of_samples
from devkit.steps import say
from forge_manager.commands.timeline.handovers import FORGING, Report, reports
from tests.e2e.framework import faults
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import LEASE, LEASE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import ThreeReplicas

TIMES = 20
_REPORTED_S = 30.0
_ALL = (Part.NODE, Part.MANAGER, Part.GUARD)
_LEASE = Limit(LEASE_S, "the lease's duration", same_run=False)


@dataclass(frozen=True)
class Change:
    """The moments of one change of the leader.

    `free`: from when another may take the Lease: it is released, or has expired.
    """

    begun: datetime
    last_tick: datetime
    free: datetime
    acquired: datetime
    first_tick: datetime
    confirmed: datetime

    @property
    def gap_s(self) -> float:
        """For how long no node forged."""
        return (self.first_tick - self.last_tick).total_seconds()

    @property
    def switched_on(self) -> dict[str, float]:
        """What the new leader takes once it holds the Lease, in seconds."""
        return {
            "keys, signal, the node on": (self.first_tick - self.acquired).total_seconds(),
            "proof that it is on": (self.confirmed - self.first_tick).total_seconds(),
        }

    def given_up(self) -> dict[str, float]:
        """Return what a hand-over that was asked for takes, in seconds."""
        return {
            "the request noticed, the node off": (self.last_tick - self.begun).total_seconds(),
            "proof that it is off, the Lease released": (
                self.free - self.last_tick
            ).total_seconds(),
            "the Lease taken": (self.acquired - self.free).total_seconds(),
            **self.switched_on,
        }

    def run_out(self) -> dict[str, float]:
        """Return what it takes to follow a leader that is gone, in seconds."""
        return {
            "the rest of the lease": (self.free - self.last_tick).total_seconds(),
            "its end noticed, the Lease taken": (self.acquired - self.free).total_seconds(),
            **self.switched_on,
        }


def measure(three_replicas: ThreeReplicas) -> list[Figure]:
    """Change the leader again and again, in three ways. Raises StepError."""
    planned, killed, lost = [], [], []
    for number in range(1, TIMES + 1):
        planned.append(_planned(three_replicas.settled()))
        killed.append(_killed(three_replicas.settled()))
        lost.append(_lost(three_replicas.settled()))
        gaps = planned[-1].gap_s, killed[-1], lost[-1].gap_s
        shown = ", ".join(f"{gap:.2f} s" for gap in gaps)
        say(f"  {number} of {TIMES}: no node forged for {shown}")
    return list(figures(planned, killed, lost))


def figures(
    planned: Sequence[Change], killed: Sequence[float], lost: Sequence[Change]
) -> Iterator[Figure]:
    """Return the distribution of each, and of its parts; `killed` are seconds without a forger."""
    bare = statistics.median(
        (change.first_tick - change.free).total_seconds() for change in planned
    )
    unproven = Limit(bare, "without the proof that the node is off")
    gaps = [change.gap_s for change in planned]
    yield of_samples("hand-over/planned", "asked for: no node forges", gaps, "s", limit=unproven)
    yield from _parts("planned", "asked for", [change.given_up() for change in planned])
    yield of_samples(
        "hand-over/killed", "its processes killed: no node forges", killed, "s", limit=_LEASE
    )
    rest = statistics.median((change.free - change.last_tick).total_seconds() for change in lost)
    left = Limit(rest, "the rest of the lease")
    gaps = [change.gap_s for change in lost]
    yield of_samples("hand-over/lost", "its machine lost: no node forges", gaps, "s", limit=left)
    yield from _parts("lost", "machine lost", [change.run_out() for change in lost])


def _parts(kind: str, title: str, changes: Sequence[dict[str, float]]) -> Iterator[Figure]:
    for number, part in enumerate(changes[0], 1):
        samples = [change[part] for change in changes]
        yield of_samples(f"hand-over/{kind}-{number}", f"{title}: {part}", samples, "s")


def _planned(case: Case) -> Change:
    """Ask a standby to lead, as an operator does."""
    named = case.standbys[0]
    begun = case.mark(f"{named.pod} is asked to lead")
    faults.hand_over(case, named)
    said = _followed(case)
    released = next(
        report.at for report in said if report.pod == case.leader.pod and report.phase == "Standby"
    )
    return _change(case, said, begun=begun, free=released)


def _killed(case: Case) -> float:
    """Kill all of the leader's processes; the kubelet starts them again, and they give it up."""
    case.leader.signal("KILL", *_ALL)
    case.wait_for_forger(other_than=case.leader.run)
    last, first = _last_and_first_tick(case)
    return (first - last).total_seconds()


def _lost(case: Case) -> Change:
    """Kill all of the leader's processes on a machine that starts nothing any more."""
    with case.leader.machine.without_kubelet():
        begun = case.mark("the leader's machine is lost")
        case.leader.signal("KILL", *_ALL)
        (lease,) = case.namespace.items("leases", f"--field-selector=metadata.name={LEASE}")
        renewed = datetime.fromisoformat(lease["spec"]["renewTime"])
        said = _followed(case)
    return _change(case, said, begun=begun, free=renewed + timedelta(seconds=LEASE_S))


def _followed(case: Case) -> list[Report]:
    """Return what all managers have reported once another says that it forges."""
    follower = case.wait_for_forger(other_than=case.leader.run)
    pods = [replica.pod for replica in (case.leader, *case.standbys)]

    def confirmed() -> list[Report] | None:
        events = reports(case.namespace.items("events"), pods)
        found = [report for report in events if report.at >= case.since]
        forges = any(one.pod == follower.pod and one.phase == FORGING for one in found)
        return found if forges else None

    return case.three_replicas.wait_for(
        f"{follower.pod} to report that it forges", confirmed, deadline_s=_REPORTED_S
    )


def _change(case: Case, said: Sequence[Report], *, begun: datetime, free: datetime) -> Change:
    last_tick, first_tick = _last_and_first_tick(case)
    followed = [report for report in said if report.pod != case.leader.pod]
    return Change(
        begun=begun,
        last_tick=last_tick,
        free=free,
        acquired=next(report.at for report in followed if report.reason == "LeaseAcquired"),
        first_tick=first_tick,
        confirmed=next(report.at for report in followed if report.phase == FORGING),
    )


def _last_and_first_tick(case: Case) -> tuple[datetime, datetime]:
    """Return when the leader's node last forged, and when another's first did."""
    spans = case.three_replicas.journal.spans(case.since)
    last = max(span.end for span in spans if span.run == case.leader.run)
    return last, min(span.start for span in spans if span.run != case.leader.run)

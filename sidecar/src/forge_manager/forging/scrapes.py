"""What a run of scrapes proves: that the node ran, and that a SIGHUP has had its effect.

Each SIGHUP runs in a thread of its own, and the metric is written a little before forging changes.
A clock alone proves neither: a node that is stopped between the two goes on forging when it is
continued. So time counts only while scrapes are answered one after the other without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.moment import MILLISECOND

if TYPE_CHECKING:
    from forge_manager.forging.situation import Scrape, SentSighup

#: From the metric to its effect. At least 200 ms of the node's own time: a run without gaps hides
#: a stop of no more than one gap.
SETTLE_NS = 400 * MILLISECOND
#: The longest time between two answers that still proves that the node ran in between.
GAP_NS = 200 * MILLISECOND
#: When the metric cannot show that a SIGHUP was taken (it was as wanted before), or it shows
#: nothing new: running for this long without a gap, the node has finished with it.
LANDING_NS = 1500 * MILLISECOND


@dataclass(frozen=True, slots=True)
class Run:
    """Scrapes of one process, answered without a gap; times are CLOCK_BOOTTIME."""

    since_ns: int
    value: int | None
    value_since_ns: int
    last_ns: int

    @property
    def length_ns(self) -> int:
        """How long the node has been answering."""
        return self.last_ns - self.since_ns

    @property
    def settled_ns(self) -> int:
        """How long the metric has had its present value."""
        return self.last_ns - self.value_since_ns


@dataclass(frozen=True, slots=True)
class Sighup:
    """One that was ordered. `target`: the metric it is to lead to; None when that is unknown.

    `before`: the metric when it was ordered, None when absent or unknown.
    """

    number: int
    target: int | None
    before: int | None


def extended(run: Run | None, scrape: Scrape, sent: SentSighup | None) -> Run | None:
    """Return the run with this scrape; one begun before the last SIGHUP was sent says nothing."""
    if run is not None and scrape.answered_ns <= run.last_ns:
        return run
    if sent is not None and scrape.begun_ns <= sent.sent_ns:
        return None
    if run is None or scrape.answered_ns - run.last_ns > GAP_NS:
        at = scrape.answered_ns
        return Run(at, scrape.forging, at, at)
    since = run.value_since_ns if run.value == scrape.forging else scrape.answered_ns
    return replace(run, value=scrape.forging, value_since_ns=since, last_ns=scrape.answered_ns)


def has_landed(sighup: Sighup, run: Run | None) -> bool:
    """Tell whether nothing of this SIGHUP is still to come; `run` began after it was sent."""
    if run is None:
        return False
    changed = sighup.target is not None and sighup.before != sighup.target
    if changed and run.value == sighup.target:
        return run.settled_ns >= SETTLE_NS
    return run.length_ns >= LANDING_NS

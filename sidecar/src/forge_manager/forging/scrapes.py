"""What a run of scrapes proves: that the node ran, and that a SIGHUP has taken effect.

The node handles each SIGHUP in a thread of its own, and writes the metric a little before forging
changes. A clock alone proves neither: a node that is stopped in between keeps forging once it is
continued. What counts is the time for which the node ran. Between two answers it may have been
stopped for all but a moment, so the longest gap does not count, nor does any that is far longer
than the others. How often a page is answered does not matter: a slow one takes as many answers, and
more time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND

if TYPE_CHECKING:
    from forge_manager.forging.situation import Scrape, SentSighup

#: From the metric to its effect, in the node's own time.
SETTLE_NS = 200 * MILLISECOND
#: If the metric cannot show that a SIGHUP was taken (it already had the wanted value), or shows
#: nothing new: after running for this long, the node has finished with the SIGHUP.
LANDING_NS = 1300 * MILLISECOND
#: Twice the quickest pace: a gap no longer than this is never taken for a stop.
GAP_NS = 100 * MILLISECOND
#: A gap longer than this many usual ones is taken for a stop.
_UNUSUAL = 2
#: Enough for LANDING_NS at the quickest pace, 50 ms.
_ANSWERS_KEPT = 40


@dataclass(frozen=True, slots=True)
class Run:
    """The latest answers of one process since the last SIGHUP; times are CLOCK_BOOTTIME.

    `answers_ns`: when they came. `value`: the latest answer's; `value_since_ns`: when the first of
    the consecutive answers with that value came.
    """

    answers_ns: tuple[int, ...]
    value: int | None
    value_since_ns: int

    @property
    def own_time_ns(self) -> int:
        """How long the node has run for certain."""
        return self._own_time_ns(self.answers_ns[0])

    @property
    def settled_ns(self) -> int:
        """How long it has run since the metric got its current value."""
        return self._own_time_ns(self.value_since_ns)

    def _own_time_ns(self, since_ns: int) -> int:
        gaps = [later - earlier for earlier, later in pairwise(self.answers_ns)]
        if not gaps:
            return 0
        usual = max(GAP_NS, _UNUSUAL * sorted(gaps)[len(gaps) // 2])
        counted = [
            gap
            for gap, earlier in zip(gaps, self.answers_ns, strict=False)
            if earlier >= since_ns and gap <= usual
        ]
        if not counted:
            return 0
        # At least GAP_NS is deducted: many short stops amount to a long one.
        return sum(counted) - max(GAP_NS, *counted)


@dataclass(frozen=True, slots=True)
class Sighup:
    """One that was ordered. `target`: the metric it should lead to; None if that is unknown.

    `before`: the metric when it was ordered, None when absent or unknown.
    """

    number: int
    target: int | None
    before: int | None


def extended(run: Run | None, scrape: Scrape, sent: SentSighup | None) -> Run | None:
    """Return the run with this scrape; a scrape begun before the last SIGHUP says nothing."""
    answered_ns, value = scrape.answered_ns, scrape.forging
    if run is not None and answered_ns <= run.answers_ns[-1]:
        return run
    if sent is not None and scrape.begun_ns <= sent.sent_ns:
        return None
    if run is None:
        return Run((answered_ns,), value, answered_ns)
    answers = (*run.answers_ns, answered_ns)[-_ANSWERS_KEPT:]
    return Run(answers, value, run.value_since_ns if run.value == value else answered_ns)


def has_landed(sighup: Sighup, run: Run | None) -> bool:
    """Tell whether this SIGHUP has had all its effect; `run` began after it was sent."""
    if run is None:
        return False
    changed = sighup.target is not None and sighup.before != sighup.target
    if changed and run.value == sighup.target:
        return run.settled_ns >= SETTLE_NS
    return run.own_time_ns >= LANDING_NS

"""How long control may wait after a round, if no news comes and the node goes on.

The Lease's changes and the own Pod's are watched, the metric is scraped by another thread, and the
node's end is seen at once: all of that ends a wait. So a standby whose node is off and has no keys
looks seldom, until an elector has something to ask by time alone. A leader's round looks for what
only the clocks show; what is known to run out ends its wait in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.context import GUARD_SILENCE_NS
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forge_manager.control.observer import Observation
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Decision

#: While anything is under way. The guard's rounds are as long while a node may forge.
ROUND_NS = 50 * MILLISECOND
#: Within this, a leader whose machine was stopped and goes on switches its node off in order. The
#: guard ends one that a fence no longer permits sooner: it looks as often as ROUND_NS then.
FORGING_NS = 500 * MILLISECOND
#: Nothing runs out: all that does ends the wait in time, or comes as news.
STANDBY_NS = SECOND


def pause_ns(
    now_ns: int,
    phase: Phase,
    decision: Decision,
    seen: Observation,
    leases: Sequence[LeaseView],
    *,
    scraped_ns: int | None,
) -> int:
    """Return it. `scraped_ns`: when the last scrape began. Times are CLOCK_BOOTTIME."""
    longest_ns, ends_ns = _waits(phase, seen, leases)
    if decision.actions or decision.transitions or longest_ns == ROUND_NS:
        return ROUND_NS
    if scraped_ns is not None:
        ends_ns.append(scraped_ns + decision.scrape_within_ns)
    left_ns = min([longest_ns, *(end_ns - now_ns for end_ns in ends_ns)])
    return left_ns if left_ns > 0 else ROUND_NS


def _waits(phase: Phase, seen: Observation, leases: Sequence[LeaseView]) -> tuple[int, list[int]]:
    """Return the longest pause of such a pod, and the times at which something runs out."""
    asks_ns = [lease.asks_at_ns for lease in leases]
    if phase is Phase.STANDBY and seen.live is LiveKeys.NONE:
        if not any(lease.ours for lease in leases):
            return STANDBY_NS, asks_ns
    elif phase is Phase.FORGING and seen.guard is not None:
        proofs = [lease.proof for lease in leases if lease.proof and not lease.shared]
        if len(proofs) == len(leases):
            ends_ns = [proof.sent.boot_ns + proof.terms.renew_deadline_ns for proof in proofs]
            return FORGING_NS, [seen.guard.beat_ns + GUARD_SILENCE_NS, *asks_ns, *ends_ns]
    return ROUND_NS, []

"""How long control may wait after a round, if no news comes and the node goes on.

A standby with a node that is off and has no keys waits for nothing but news: the Lease's and its
own Pod's changes are watched, the metric is scraped by another thread, and the node's end is seen
at once. So it looks seldom, until a Lease might become free by time alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forge_manager.control.observer import Observation
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Decision

#: The guard's rounds are as long while it matters.
ROUND_NS = 50 * MILLISECOND
#: No longer than the pace at which the simulation tries steady managers.
QUIET_NS = 250 * MILLISECOND


def pause_ns(
    now_ns: int,
    phase: Phase,
    decision: Decision,
    seen: Observation,
    leases: Iterable[LeaseView],
    *,
    scraped_ns: int | None,
) -> int:
    """Return it. `scraped_ns`: when the last scrape began. Times are CLOCK_BOOTTIME."""
    settled = phase is Phase.STANDBY and not decision.actions and not decision.transitions
    if not settled or seen.live is not LiveKeys.NONE:
        return ROUND_NS
    if any(one.ours or one.held_until_ns < now_ns + QUIET_NS for one in leases):
        return ROUND_NS
    if scraped_ns is None:
        return QUIET_NS
    return min(QUIET_NS, max(ROUND_NS, scraped_ns + decision.scrape_within_ns - now_ns))

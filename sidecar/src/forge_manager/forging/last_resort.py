"""When a pod with an expired certificate leads: in turns, and only while no other pod does.

The network refuses blocks under an expired certificate, so others go first. This pod stands back
until its Lease has been free for so long that any fit pod would have taken it. Then it leads, as it
would without this rule (its clock, or what it knows of the network, may be wrong), and stands back
again after turns that grow. A certificate that is not yet valid never leads: it gains nothing, and
its counter would keep out those that are valid now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.credentials.verdict import KesTime
from forge_manager.election.messages import ElectionReason

if TYPE_CHECKING:
    from forge_manager.forging.situation import Situation

#: How long a Lease is free before an unfit pod takes it: a usual lease plus the courtesy to a group
#: that it was passed to, so that a pod whose watch is silent has read it by then.
STAND_BACK_NS = 20 * SECOND
FIRST_TURN_NS = 300 * SECOND
LONGEST_TURN_NS = 1200 * SECOND


@dataclass(frozen=True, slots=True)
class LastResort:
    """Times are CLOCK_BOOTTIME.

    `free_since_ns`: since when any pod could have taken the Lease, None if none could.
    `until_ns`: the end of the last turn. `turn_ns`: its length, 0 before the first.
    """

    free_since_ns: int | None = None
    until_ns: int = 0
    turn_ns: int = 0

    def leads(self, now_ns: int) -> bool:
        """Tell whether this pod may lead with an expired certificate now."""
        return now_ns < self.until_ns


def after(before: LastResort, seen: Situation) -> LastResort:
    """Return what to remember after this look at the own Lease."""
    if seen.credentials.kes is not KesTime.OVER or not seen.leases:
        return LastResort()
    lease, now_ns = seen.leases[0], seen.now.boot_ns
    if lease.ours:
        return LastResort(None, before.until_ns, before.turn_ns)
    if lease.obstacle is ElectionReason.LEASE_HELD:
        return LastResort()
    if lease.obstacle is not None:
        return LastResort(None, before.until_ns, before.turn_ns)
    since_ns = now_ns if before.free_since_ns is None else before.free_since_ns
    if before.leads(now_ns) or now_ns - since_ns < STAND_BACK_NS:
        return LastResort(since_ns, before.until_ns, before.turn_ns)
    turn_ns = min(max(2 * before.turn_ns, FIRST_TURN_NS), LONGEST_TURN_NS)
    return LastResort(since_ns, now_ns + turn_ns, turn_ns)

"""When a leader changes to a new set of credentials, and which certificate counter it announces.

A set with a lower counter than one that was used makes blocks that the network refuses. So a
counter is announced in the Lease before a node is switched on with it: whoever takes over after a
crash has that counter or a higher one. What the Lease says never falls.

The node is switched off first: it reads its keys at a SIGHUP, and only a metric that goes from 0
to 1 shows that it took the new ones (unreadable files leave it forging with the old).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.decision import Leap
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from forge_manager.forging.context import Context

#: From one change to the next. Each costs 0.6 s of forging, so a set that is exchanged again and
#: again costs at most 1 % of it.
ROTATION_PAUSE_NS = 60 * SECOND


def credentials_changed(context: Context) -> bool:
    """Tell whether other keys than the node's are checked, announced, and not older."""
    return context.has_metric and _due(context) and context.announced()


def credentials_changed_unseen(context: Context) -> bool:
    """Tell whether the same is so, and no metric could show the node to be off in between."""
    return not context.has_metric and _due(context) and context.announced()


def keeps_older(context: Context) -> bool:
    """Tell whether a leader has a newer certificate than the checked one: its Lease says so."""
    return context.state.phase is Phase.FORGING and context.counter_behind()


def counter_to_announce(context: Context) -> int | None:
    """Return the counter that the Lease is to say: of what a node is about to use.

    None leaves what it says: a node that forges, or is found forging, goes on with what it has, and
    a certificate that is not yet valid keeps out no other.
    """
    going_on = context.state.phase is Phase.FORGING and not _due(context)
    if going_on or context.state.phase is Phase.ADOPTING or context.keys_not_yet_valid():
        return None
    return context.seen.credentials.counter


def counter_leap(context: Context) -> Leap | None:
    """Return how a checked certificate leaves counters out; None when it leaves out none.

    The network takes the counter of the pool's last block or the next one (the ledger's Praos
    rules: CounterOverIncrementedOCERT). A Lease says what was used, which may have made no block;
    one by which nobody elected for a while says less than the others.
    """
    counter = context.seen.credentials.counter
    used = [lease.counter for lease in context.seen.leases if lease.counter is not None]
    if counter is None or not used or counter <= max(used) + 1:
        return None
    return Leap(used=max(used), checked=counter)


def _due(context: Context) -> bool:
    """Tell whether a leader ought to change, once its Lease says so."""
    rotated_ns = context.state.rotated_ns
    return (
        context.state.phase is Phase.FORGING
        and context.seen.live is not LiveKeys.ALL
        and (rotated_ns is None or context.now_ns - rotated_ns >= ROTATION_PAUSE_NS)
        and context.may_campaign()  # or it could not be switched on again, or not confirmed
    )

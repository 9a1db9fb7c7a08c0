"""When a leader switches to new credentials, and which certificate counter it announces.

The network refuses blocks made with a lower counter than one already used. So a counter is
announced in the Lease before a node is switched on with it: a pod that takes over after a crash has
that counter or a higher one. The announced counter never falls.

The node is switched off first: it reads its keys at a SIGHUP, and only a metric that goes from 0 to
1 proves that it took the new ones (with unreadable files it keeps forging with the old).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.decision import Leap
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from forge_manager.forging.context import Context

#: From one change to the next. Each costs 0.6 s of forging, so a set that changes again and again
#: costs at most 1 % of it.
ROTATION_PAUSE_NS = 60 * SECOND


def credentials_changed(context: Context) -> bool:
    """Tell whether keys other than the node's are checked, announced, and not older."""
    return context.has_metric and _due(context) and context.announced()


def credentials_changed_unseen(context: Context) -> bool:
    """Tell whether the same holds, and no metric could show that forging is off in between."""
    return not context.has_metric and _due(context) and context.announced()


def keeps_older(context: Context) -> bool:
    """Tell whether the leader's certificate is newer than the checked one, by its Lease."""
    return context.state.phase is Phase.FORGING and context.counter_behind()


def counter_to_announce(context: Context) -> int | None:
    """Return the counter that the Lease must record: that of the set a node is about to use.

    None leaves it unchanged: a node that forges, or is found forging, keeps its set, and a
    certificate that is not yet valid keeps no other out.
    """
    going_on = context.state.phase is Phase.FORGING and not _due(context)
    if going_on or context.state.phase is Phase.ADOPTING or context.keys_not_yet_valid():
        return None
    return context.seen.credentials.counter


def counter_leap(context: Context) -> Leap | None:
    """Return how a checked certificate skips counters; None if it skips none.

    The network accepts the counter of the pool's last block or the next one (the ledger's Praos
    rules: CounterOverIncrementedOCERT). A Lease records what was used, which may have made no
    block; a Lease that was not elected by for a while records less than the others.
    """
    counter = context.seen.credentials.counter
    used = [lease.counter for lease in context.seen.leases if lease.counter is not None]
    if counter is None or not used or counter <= max(used) + 1:
        return None
    return Leap(used=max(used), checked=counter)


def _due(context: Context) -> bool:
    """Tell whether a leader should switch, once its Lease records the counter."""
    rotated_ns = context.state.rotated_ns
    return (
        context.state.phase is Phase.FORGING
        and context.seen.live is not LiveKeys.ALL
        and (rotated_ns is None or context.now_ns - rotated_ns >= ROTATION_PAUSE_NS)
        and context.may_campaign()  # or it could not be switched on again, or not confirmed
    )

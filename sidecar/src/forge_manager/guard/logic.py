"""What the guard decides: a pure function of what it sees and the last fence it could read.

It is called every few tens of milliseconds (PERIOD_NS). Each round looks, in this order, at the
live keys, the node, the fence, the clocks. Keys come before the fence because the manager publishes
a permission before it puts keys in place: a guard that sees those keys then sees their fence.

The node is, in this order of preference: the process held so far, until its pidfd says that it has
ended, whether or not its socket still accepts; the process that the fence names, if it lives and
began at that time; the peer of the socket (SO_PEERCRED). A node that is still starting has no
socket yet and is not seen: it cannot forge, and needs its keys where they are.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.moment import MILLISECOND
from forge_manager.fence.live_keys import INCOMPLETE, LiveKeys
from forge_manager.fence.protocol import Heartbeat

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.fence.protocol import Fence
    from forge_manager.node.process import NodeProcess

#: Time between two rounds: a quarter of the 200 ms within which keys must be back.
PERIOD_NS = 50 * MILLISECOND
#: The same beside a node that is known not to forge and has no keys: nothing runs out, and its end
#: is seen at once.
QUIET_PERIOD_NS = 200 * MILLISECOND


class KeyOrder(Enum):
    """What to do with the live keys."""

    LEAVE = "leave"
    PUT_LIVE = "put live"  # swap the checked set in, in one step
    UNLINK = "unlink"


class GuardReason(StrEnum):
    """Why the guard acts; stable codes."""

    FENCE_PASSED = "FencePassed"
    FENCE_UNREADABLE = "FenceUnreadable"
    NODE_ENDED = "NodeEnded"
    NODE_NOT_PERMITTED = "NodeNotPermitted"


class GuardObservation(NamedTuple):
    """One look around.

    `live`: the live keys. `checked`: a checked set is there to put in place.
    `node`: the node's process, alive when looked at; None when there is none, or it is starting.
    `fence`: as parsed, None if it is not credible.
    """

    now: Moment
    live: LiveKeys
    checked: bool
    node: NodeProcess | None
    fence: Fence | None


class Orders(NamedTuple):
    """What to do now: first the kill (SIGKILL by pidfd), then the keys, then the heartbeat."""

    kill: NodeProcess | None
    keys: KeyOrder
    reason: GuardReason | None
    heartbeat: Heartbeat


class Guard:
    """One guard process.

    `managed` is False under `nodeControl: none`: the node is never touched, its keys always stay.
    """

    def __init__(self, boot_id: str, *, managed: bool = True) -> None:
        self._boot_id = boot_id
        self._managed = managed
        self.last_fence: Fence | None = None

    def look(self, seen: GuardObservation) -> Orders:
        """Decide one round."""
        self.last_fence = self._enforced(seen)
        kill = None if seen.node is None else self._why_kill(seen.node, seen.now)
        order, reason = self._keys(seen)
        return Orders(
            kill=None if kill is None else seen.node,
            keys=order,
            reason=kill or reason,
            # Without a fence to enforce it guards nothing, and must not seem to.
            heartbeat=Heartbeat(
                self._boot_id, seen.now.boot_ns, None if seen.fence is None else seen.node
            ),
        )

    def period_ns(self, seen: GuardObservation) -> int:
        """Return the time from this round, which `look` has decided, to the next."""
        fence = seen.fence
        off = fence is not None and fence == self.last_fence and fence.off
        quiet = off and seen.node is not None and seen.live is LiveKeys.NONE
        return QUIET_PERIOD_NS if quiet else PERIOD_NS

    def _enforced(self, seen: GuardObservation) -> Fence | None:
        """Return the fence in force: the latest, but one that lets a node forge lasts its time.

        Only a fence that names that node withdraws it. A fence that does not comes from a manager
        that lost the former fence, and sees no node because its socket is already closed.
        """
        last = self.last_fence
        if seen.fence is None:
            return last
        lets = last is not None and last.node == seen.node is not None and not last.off
        return last if lets and seen.fence.node != seen.node else seen.fence

    def _why_kill(self, node: NodeProcess, now: Moment) -> GuardReason | None:
        """Return why this node must be killed now, if it must.

        A fence that becomes unreadable, or is lost, stays in force as it was last read. A guard
        that never read one cannot know what an earlier one permitted, so it permits nothing. A node
        that the fence does not name is left alone: it started non-producing, and a manager names it
        before it puts keys in place and signals it.
        """
        if not self._managed:
            return None
        fence = self.last_fence
        if fence is None:
            return GuardReason.FENCE_UNREADABLE
        if fence.node == node and not fence.off and fence.passed(now):
            return GuardReason.FENCE_PASSED
        return None

    def _keys(self, seen: GuardObservation) -> tuple[KeyOrder, GuardReason | None]:
        """Keep the keys where the next start finds them, and away from a node that may not forge.

        The manager does both as well; the guard does them in case it is dead. While a fence permits
        forging, only the manager touches the keys.
        """
        if seen.node is None or not self._managed:
            # Another whole set stays: the node may be reading it, one file after the other.
            if seen.checked and seen.live in INCOMPLETE:
                return KeyOrder.PUT_LIVE, GuardReason.NODE_ENDED
            return KeyOrder.LEAVE, None
        fence = self.last_fence
        if fence is not None and fence.permits(seen.node, seen.now):
            return KeyOrder.LEAVE, None
        if seen.live is not LiveKeys.NONE:
            return KeyOrder.UNLINK, GuardReason.NODE_NOT_PERMITTED
        return KeyOrder.LEAVE, None

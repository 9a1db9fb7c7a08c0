"""Look at this pod: the node's process, its socket and metric, the keys, the guard's heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from forge_manager.base.moment import SECOND
from forge_manager.base.reasons import Reason
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.situation import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.aside import LookResult
    from forge_manager.fence.ports import KeyStore, StateVolume
    from forge_manager.fence.protocol import Heartbeat
    from forge_manager.node.node_watch import NodeWatch
    from forge_manager.node.peer import SocketLook
    from forge_manager.node.process import Held, NodeProcess

#: Rare enough not to fill a frozen node's backlog before the node would be killed.
_CHECK_INTERVAL_NS = SECOND
#: A node whose metrics answer nothing for this long may be frozen; then its socket is tried.
_STILL_NS = 5 * SECOND


class ObservedSocket(Protocol):
    """The node's socket, looked at elsewhere (node.bounded_socket)."""

    def begin(self, *, connect: bool = False) -> None:
        """Begin a look, unless one is under way."""

    @property
    def latest(self) -> LookResult[SocketLook] | None:
        """What the last completed look found."""

    @property
    def hangs(self) -> bool:
        """Whether nothing can be said of the socket now."""


@dataclass(frozen=True)
class Observation:
    """One look. `held` is the process behind `node`.

    `checked`: there is a whole checked set, `checked_name`: which (SwappedSet.current).
    """

    node: Node
    held: Held | None
    live: LiveKeys
    checked: bool
    checked_name: str | None
    guard: Heartbeat | None


class Observer:
    """Holds the node's process from one look to the next.

    What it reads itself is in memory (/proc, and the pod's volumes of keys and state), so nothing
    in it can hang.
    """

    def __init__(
        self,
        *,
        watch: NodeWatch,
        socket: ObservedSocket,
        keys: KeyStore,
        state: StateVolume,
        is_booting: Callable[[], bool],
    ) -> None:
        self._watch = watch
        self._socket = socket
        self._keys = keys
        self._state = state
        self._is_booting = is_booting
        self._held: Held | None = None
        self._held_ns = 0
        self._checked_ns = 0
        self._accepting_ns: int | None = None

    def look(self, now_ns: int, answered_ns: int | None) -> Observation:
        """Look once. Both in CLOCK_BOOTTIME; `answered_ns`: when its metrics last came, if ever."""
        # Before the process is looked for: a look that ends meanwhile may have found it.
        hangs, before = self._socket.hangs, self._socket.latest
        held = self._watch.look()
        if held is not self._held:
            self._held, self._held_ns = held, now_ns
            self._accepting_ns, self._checked_ns = None, 0
        if held is not None and now_ns - self._checked_ns >= _CHECK_INTERVAL_NS:
            self._checked_ns = now_ns
            still = now_ns - max(answered_ns or 0, self._held_ns) > _STILL_NS
            self._socket.begin(connect=still)
        if held is not None:
            self._take(self._socket.latest, held.process)
        name = self._keys.checked_name()
        live, checked = self._keys.look()
        # Only a set that waits to be exchanged makes it worth looking at all processes.
        booting = held is None and live is LiveKeys.OTHER and self._is_booting()
        node = Node(
            None if held is None else held.process,
            self._accepting_ns,
            booting,
            socket_hangs=hangs,
            looked_for=hangs or _tells(before),
        )
        return Observation(node, held, live, checked, name, self._state.heartbeat())

    def _take(self, found: LookResult[SocketLook] | None, process: NodeProcess) -> None:
        """Remember that it accepted, if it was this process, or can have been no other."""
        if found is None or found.what.reason is not Reason.NODE_SOCKET_ACCEPTS:
            return
        if found.what.process == process or found.begun_ns >= self._held_ns:
            self._accepting_ns = found.begun_ns


def _tells(found: LookResult[SocketLook] | None) -> bool:
    """Tell whether a look says who is up; a frozen node's full backlog does not."""
    return found is not None and found.what.reason is not Reason.NODE_SOCKET_BUSY

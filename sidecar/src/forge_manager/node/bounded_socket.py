"""The node's socket, looked at by a separate thread: it may be on a claim that hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from forge_manager.base.aside import Aside, Elsewhere, in_a_thread
from forge_manager.base.clocks import read_clocks
from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.aside import LookResult
    from forge_manager.node.peer import SocketLook
    from forge_manager.node.process import NodeProcess

#: A probe of the kubelet waits 3 s for an answer.
_PATIENCE_S = 1.0


class BlockingSocket(Protocol):
    """What is asked (node.peer.NodeSocket)."""

    def look(self, *, connect: bool = False) -> SocketLook:
        """Return what a connection gives, and which process it reaches. May not return."""


class BoundedSocket:
    """A caller that asks whether a *connection* is accepted has its own; threads may share it."""

    def __init__(
        self,
        socket: BlockingSocket,
        *,
        elsewhere: Elsewhere = in_a_thread,
        clock: Callable[[], int] = lambda: read_clocks().boot_ns,
    ) -> None:
        """`elsewhere`, `clock`: see Aside."""
        self._socket = socket
        self._connect = False
        self._aside = Aside("the node's socket", self._look, elsewhere=elsewhere, clock=clock)

    def begin(self, *, connect: bool = False) -> None:
        """Begin a look, unless one is under way. `connect`: the next look makes a connection."""
        self._connect = self._connect or connect
        self._aside.begin()

    @property
    def latest(self) -> LookResult[SocketLook] | None:
        """What the last completed look found."""
        return self._aside.latest

    @property
    def hangs(self) -> bool:
        """Whether the socket's state is unknown now, because looking at it takes too long."""
        return self._aside.hangs

    def peer(self) -> NodeProcess | None:
        """Return the process that the last look reached, and begin another look."""
        found = self.latest
        self.begin()
        return found.what.process if found else None

    def check(self) -> Reason:
        """Wait at most a second for what a connection gives, or would give."""
        found = self._aside.wait(_PATIENCE_S)
        return Reason.NODE_SOCKET_HANGS if found is None else found.reason

    def _look(self) -> SocketLook:
        connect, self._connect = self._connect, False
        return self._socket.look(connect=connect)

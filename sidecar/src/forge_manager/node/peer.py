"""Which process listens on the node's socket: an accepted connection proves that a node is up.

The socket's file proves nothing: it survives a crash. SO_PEERCRED (unix(7)) names the process that
listens, in the reader's own pid namespace. A node logs every connection that sends nothing, so each
listener gets only one: after it, the kernel's list says whether that listener still listens.
Standard library only, for the guard.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.reasons import Reason
from forge_manager.node.listening import NOT_LISTED, Listing, look_up, read_list
from forge_manager.node.process import HeldProcess, identify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.node.process import NodeProcess

_UCRED = struct.Struct("3i")  # pid, uid, gid


class _Listener(NamedTuple):
    """The listener that a connection reached.

    `process`: None if it cannot be seen (a pod without shareProcessNamespace). `file`: device and
    inode of the file at the path; `name`: the text that the listener was bound to; `inode`: of its
    socket in the kernel's list, None if the list could not tell.
    """

    process: NodeProcess | None
    file: tuple[int, int] | None
    name: bytes
    inode: int | None


class SocketLook(NamedTuple):
    """What a connection gives, or would give. `process`: the one it reaches, None if unseen."""

    reason: Reason
    process: NodeProcess | None


class NodeSocket:
    """The node's socket, for all callers in one process. Thread-safe.

    Nothing in it waits for the node. The path may be on a volume that hangs, and then the caller
    hangs too, so the manager asks through node.bounded_socket.

    A question makes a connection in three cases: while no process listens, as it can disturb none;
    while connections wait to be accepted from one check to the next, because only further ones show
    when there are too many; and if the list cannot tell: it is unreadable or too long, or has two
    listeners of one name, which may be files in two containers, or in two pods under hostNetwork.
    """

    def __init__(self, path: Path, read: Callable[[], bytes | None] = read_list) -> None:
        """Take its path, and the function that reads the kernel's list."""
        self._path = path
        self._read = read
        # Only ever replaced as a whole, so threads need no lock: at worst each makes a connection.
        self._listener: _Listener | None = None
        self._waiting = False

    def check(self, *, connect: bool = False) -> Reason:
        """Return what a connection gives. `connect`: make one, as a frozen node still listens."""
        listing = self._listing_of_same()
        waited, self._waiting = self._waiting, listing is not None and listing.waiting
        if not connect and listing is not None and not (waited and listing.waiting):
            return Reason.NODE_SOCKET_ACCEPTS
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as client:
            file = self._file()
            try:
                client.connect(str(self._path))  # succeeds or fails at once, unix(7)
            except OSError as error:
                self._listener = None
                return _REFUSALS.get(error.errno or 0, Reason.NODE_SOCKET_UNREACHABLE)
            self._listener = self._identify_listener(client, file)
        return Reason.NODE_SOCKET_ACCEPTS

    def look(self, *, connect: bool = False) -> SocketLook:
        """Return what a connection gives, as `check` does, and which process it reaches."""
        reason, listener = self.check(connect=connect), self._listener
        reached = listener is not None and reason is Reason.NODE_SOCKET_ACCEPTS
        return SocketLook(reason, listener.process if reached and listener else None)

    def hold(self) -> HeldProcess | None:
        """Hold the process that listens, for the caller to close; None if there is none."""
        if self._listing_of_same() is None:
            self.check(connect=True)
        listener = self._listener
        if listener is None or listener.process is None:
            return None
        return HeldProcess.hold(listener.process)

    def _identify_listener(
        self, client: socket.socket, file: tuple[int, int] | None
    ) -> _Listener | None:
        """Identify the other end by the connection, /proc, the kernel's list and the path.

        None if it ended meanwhile.
        """
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, _, _ = _UCRED.unpack(credentials)
        process = identify(pid) if pid else None
        name = os.fsencode(client.getpeername())
        listening = self._listing(name).listening if file == self._file() else frozenset()
        # The connection ends with the listener. While it lasts, no other process has had its
        # number, and the list had it.
        if _has_ended(client):
            return None
        unseen = process is None and pid != 0  # look for it again
        inode = None if unseen or len(listening) != 1 else min(listening)
        return _Listener(process, file, name, inode)

    def _listing_of_same(self) -> Listing | None:
        """Return what the list says, if a connection is known to reach the same listener."""
        listener = self._listener
        if listener is None or listener.inode is None or listener.file != self._file():
            return None
        listing = self._listing(listener.name)
        return listing if listing.listening == {listener.inode} else None

    def _listing(self, name: bytes) -> Listing:
        content = self._read()
        return NOT_LISTED if content is None else look_up(content, name)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _has_ended(client: socket.socket) -> bool:
    poll = select.poll()
    poll.register(client, 0)  # POLLHUP and POLLERR are always reported
    return bool(poll.poll(0))


_REFUSALS = {
    errno.ENOENT: Reason.NODE_SOCKET_MISSING,
    errno.ECONNREFUSED: Reason.NODE_SOCKET_REFUSED,
    errno.EAGAIN: Reason.NODE_SOCKET_BUSY,
}

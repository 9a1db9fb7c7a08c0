"""Who listens on the node's socket: a connection that is accepted proves a node that is up.

The socket's file proves nothing, it survives a crash. SO_PEERCRED (unix(7)) names the process that
listens, in the reader's own pid namespace. Standard library only, for the guard.
"""

from __future__ import annotations

import errno
import select
import socket
import struct
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.node.process import HeldProcess, identify
from forge_manager.reasons import Reason

if TYPE_CHECKING:
    from pathlib import Path

_UCRED = struct.Struct("3i")  # pid, uid, gid


class Peer(NamedTuple):
    """What one connection showed, and the process that listens, to be closed by the caller.

    When a connection was accepted and there is still no process, it has ended since, or it is in a
    pid namespace that cannot be seen from here (a pod without shareProcessNamespace).
    """

    reason: Reason
    held: HeldProcess | None


def check_socket(path: Path) -> Reason:
    """Connect. Never blocks: connecting to a local socket succeeds or fails at once, unix(7)."""
    with _client() as client:
        return _connect(client, path)


def hold_peer(path: Path) -> Peer:
    """Connect and hold the process that listens. Never blocks."""
    with _client() as client:
        reason = _connect(client, path)
        if reason is not Reason.NODE_SOCKET_ACCEPTS:
            return Peer(reason, None)
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, _, _ = _UCRED.unpack(credentials)
        process = identify(pid) if pid else None
        held = None if process is None else HeldProcess.hold(process)
        # The connection ends with the listener. While it stands, nobody else has had its number.
        if held is not None and _has_ended(client):
            held.close()
            held = None
        return Peer(reason, held)


def _client() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)


def _connect(client: socket.socket, path: Path) -> Reason:
    try:
        client.connect(str(path))
    except OSError as error:
        return _REFUSALS.get(error.errno or 0, Reason.NODE_SOCKET_UNREACHABLE)
    return Reason.NODE_SOCKET_ACCEPTS


def _has_ended(client: socket.socket) -> bool:
    poll = select.poll()
    poll.register(client, 0)  # POLLHUP and POLLERR are always reported
    return bool(poll.poll(0))


_REFUSALS = {
    errno.ENOENT: Reason.NODE_SOCKET_MISSING,
    errno.ECONNREFUSED: Reason.NODE_SOCKET_REFUSED,
    errno.EAGAIN: Reason.NODE_SOCKET_BUSY,
}

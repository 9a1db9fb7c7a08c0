"""Whether the node is up: its local socket accepts a connection.

The socket's file proves nothing, it survives a crash; a connection that is accepted does.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from forge_manager.reasons import Reason

if TYPE_CHECKING:
    from pathlib import Path

EXPLANATIONS = {
    Reason.NODE_SOCKET_ACCEPTS: "the node's socket accepts connections",
    Reason.NODE_SOCKET_MISSING: "the node's socket does not exist yet: it is still starting",
    Reason.NODE_SOCKET_REFUSED: "nobody listens on the node's socket: it has ended or is starting",
    Reason.NODE_SOCKET_BUSY: "the node's socket is full of connections it has not accepted",
    Reason.NODE_SOCKET_UNREACHABLE: "the node's socket cannot be used: not a socket, or no access",
    Reason.SOCKET_CHECK_DISABLED: "not checked: DISABLE_SOCKET_CHECK is set",
}


def check_socket(path: Path) -> Reason:
    """Try to connect. Never blocks: connecting to a local socket succeeds or fails at once."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(0)
        try:
            client.connect(str(path))
        except FileNotFoundError:
            return Reason.NODE_SOCKET_MISSING
        except ConnectionRefusedError:
            return Reason.NODE_SOCKET_REFUSED
        except BlockingIOError:
            return Reason.NODE_SOCKET_BUSY
        except OSError:
            return Reason.NODE_SOCKET_UNREACHABLE
    return Reason.NODE_SOCKET_ACCEPTS

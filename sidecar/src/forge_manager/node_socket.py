"""Whether the node is up: its local socket accepts a connection.

What that proves, and what a socket's file does not: `node.peer`.
"""

from __future__ import annotations

from forge_manager.node.peer import check_socket
from forge_manager.reasons import Reason

__all__ = ["EXPLANATIONS", "check_socket"]

EXPLANATIONS = {
    Reason.NODE_SOCKET_ACCEPTS: "the node's socket accepts connections",
    Reason.NODE_SOCKET_MISSING: "the node's socket does not exist yet: it is still starting",
    Reason.NODE_SOCKET_REFUSED: "nobody listens on the node's socket: it has ended or is starting",
    Reason.NODE_SOCKET_BUSY: "the node's socket is full of connections it has not accepted",
    Reason.NODE_SOCKET_UNREACHABLE: "the node's socket cannot be used: not a socket, or no access",
    Reason.SOCKET_CHECK_DISABLED: "not checked: DISABLE_SOCKET_CHECK is set",
}

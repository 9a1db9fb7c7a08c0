"""The node's local socket: it listens, and says so when a client goes without a handshake."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from typing import TYPE_CHECKING

from .errors import StartError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WITHOUT_HANDSHAKE = "error: local connection closed without a handshake"
_HEADER_BYTES = 8  # ouroboros-network, network-mux: time 4, mode and protocol 2, length 2
_HANDSHAKE = 0  # mode 0 (from the initiator) and mini-protocol 0


def serve(path: Path, log: Callable[[str], None]) -> None:
    """Bind the socket, in a dead one's place, and serve it in threads. Raises StartError."""

    class Connection(socketserver.BaseRequestHandler):
        """Answers nothing; a client that begins as it should is waited for until it goes."""

        def handle(self) -> None:
            received = b""
            with contextlib.suppress(ConnectionError):
                while data := self.request.recv(4096):
                    received = (received + data)[:_HEADER_BYTES]
            if not is_handshake(received):
                log(WITHOUT_HANDSHAKE)

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        request_queue_size = 128

    path.unlink(missing_ok=True)  # a crash leaves it behind
    try:
        server = Server(str(path), Connection)
    except OSError as error:
        raise StartError(f"socket {path}: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="socket", daemon=True).start()


def is_handshake(received: bytes) -> bool:
    """Say whether a connection's first bytes are the head of a handshake message."""
    return (
        len(received) >= _HEADER_BYTES
        and int.from_bytes(received[4:6], "big") == _HANDSHAKE
        and int.from_bytes(received[6:8], "big") > 0
    )

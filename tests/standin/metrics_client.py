"""Raw connections to the metrics port, from any address of this machine's own network."""

from __future__ import annotations

import re
import socket
import time
from typing import Self

GET = b"GET /metrics HTTP/1.1\r\nHost: node\r\n\r\n"
HEAD = b"HEAD /metrics HTTP/1.1\r\nHost: node\r\n\r\n"
_DEADLINE_S = 20.0


class Connection:
    """One connection; 127.0.0.2 and on are other hosts to the server."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=_DEADLINE_S, source_address=(source, 0)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def ask(self, request: bytes = GET) -> tuple[bytes, bytes]:
        """Send a request; return the answer's head and body. Raises EOFError when it is closed."""
        self.send(request)
        return self.answer(with_body=not request.startswith(b"HEAD"))

    def answer(self, *, with_body: bool = True) -> tuple[bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length is not None, head
        while with_body and len(body) < int(length[1]):
            body += self._more()
        return head, body

    def is_served(self) -> bool:
        """Say, once it is accepted, whether it is served: the other way is closed."""
        try:
            return self.ask()[0].startswith(b"HTTP/1.1 200 OK")
        except (EOFError, ConnectionError):
            return False

    def seconds_until_closed(self) -> float:
        """Wait for the server's close."""
        began = time.monotonic()
        assert self._socket.recv(4096) == b"", "it answered what was not asked"
        return time.monotonic() - began

    def _more(self) -> bytes:
        data = self._socket.recv(4096)
        if not data:
            raise EOFError("closed by the server")
        return data


def scrape_anew(port: int, times: int) -> float:
    """Ask so often, each time on a new connection; return how many seconds that took.

    Each comes from another host, since the server learns of a close a little later.
    """
    began = time.monotonic()
    for number in range(times):
        with Connection(port, f"127.0.1.{1 + number % 250}") as connection:
            assert connection.is_served()
    return time.monotonic() - began

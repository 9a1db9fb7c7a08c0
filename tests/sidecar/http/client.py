"""A client that speaks exactly the bytes a test wants."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

TIMEOUT = 10.0


@dataclass(frozen=True)
class Answer:
    """One answer; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body parsed."""
        return json.loads(self.body)


def connect(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Open a connection on which nothing waits longer than TIMEOUT."""
    return socket.create_connection((host, port), timeout=TIMEOUT)


def get(port: int, target: str, *, method: str = "GET", host: str = "127.0.0.1") -> Answer:
    """Make one request on a connection of its own."""
    with connect(port, host) as client:
        client.sendall(request(target, method=method, close=True))
        return parse(receive_all(client))


def request(target: str, *, method: str = "GET", close: bool = False) -> bytes:
    """Return the bytes of a request."""
    closing = "connection: close\r\n" if close else ""
    return f"{method} {target} HTTP/1.1\r\nhost: test\r\n{closing}\r\n".encode()


def receive_all(client: socket.socket) -> bytes:
    """Return everything until the server closes."""
    received = b""
    while chunk := client.recv(65_536):
        received += chunk
    return received


def receive_answer(client: socket.socket) -> Answer:
    """Read one answer off a connection that stays open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(client)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(parse(head + b"\r\n\r\n").headers["content-length"])
    while len(body) < length:
        body += _more(client)
    return parse(head + b"\r\n\r\n" + body)


def parse(data: bytes) -> Answer:
    """Parse an answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    status_line, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Answer(int(status_line.split()[1]), headers, body)


def _more(client: socket.socket) -> bytes:
    chunk = client.recv(65_536)
    assert chunk, "the server closed before its answer was complete"
    return chunk

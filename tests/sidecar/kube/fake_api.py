"""An API server on a socket, which answers as a test says: late, broken, or not at all."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

Document = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """One request, as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Document


class Link:
    """The connection a request came by."""

    def __init__(self, connection: socket.socket, ended: threading.Event) -> None:
        self.connection = connection
        self._ended = ended

    def answer(self, status: int, document: object) -> None:
        """Answer in full; the connection stays open."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.raw(b"HTTP/1.1 %d Said\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)

    def refuse(self, status: int) -> None:
        """Answer with a Status of the API."""
        self.answer(status, {"kind": "Status", "code": status})

    def raw(self, text: bytes) -> None:
        self.connection.sendall(text)

    def begin_stream(self) -> None:
        """Begin an answer in chunks, as a watch is."""
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    def event(self, kind: str, document: Document) -> None:
        self.chunk(json.dumps({"type": kind, "object": document}).encode() + b"\n")

    def chunk(self, text: bytes) -> None:
        self.raw(b"%x\r\n" % len(text) + text + b"\r\n")

    def end_stream(self) -> None:
        self.raw(b"0\r\n\r\n")

    def reset(self) -> None:
        """End the connection with a RST."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.break_off()

    def break_off(self) -> None:
        """End the connection with a FIN."""
        raise ConnectionAbortedError

    def hang(self, seconds: float = 60.0) -> None:
        """Say nothing until the test is over."""
        self._ended.wait(seconds)

    def drip(self, text: bytes, every: float) -> None:
        """Send byte by byte until the test is over."""
        for byte in text:
            self.raw(bytes([byte]))
            if self._ended.wait(every):
                return


@dataclass
class FakeApi:
    """Listens on 127.0.0.1 or ::1; `handle` answers each request, in the connection's thread."""

    handle: Callable[[Received, Link], None]
    host: str = "127.0.0.1"
    requests: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family)
        self._ended = threading.Event()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self._listener.getsockname()[1]}"

    def kubeconfig(self, directory: Path, **user: str) -> Path:
        """Write a kubeconfig for this server."""
        path = directory / "kubeconfig"
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "fake",
                    "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "me"}}],
                    "clusters": [{"name": "fake", "cluster": {"server": self.url}}],
                    "users": [{"name": "me", "user": {"token": "secret-token", **user}}],
                }
            )
        )
        return path

    def close(self) -> None:
        self._ended.set()
        self.hang_up()
        _end(self._listener)

    def hang_up(self) -> None:
        """End every connection."""
        while self._open:
            _end(self._open.pop())

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        link = Link(connection, self._ended)
        try:
            with connection, connection.makefile("rb") as stream:
                while (received := read_request(stream)) is not None:
                    self.requests.append(received)
                    self.handle(received, link)
        except (OSError, ValueError):
            return  # closed by either side


def _end(one: socket.socket) -> None:
    """Close it; only a shutdown wakes a thread that is in accept or recv."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def read_request(stream: BinaryIO) -> Received | None:
    """Return the next request, None once the client has gone, be it in the middle of one."""
    head = stream.readline().decode().split()
    if len(head) != 3:
        return None
    headers = {}
    while (line := stream.readline().decode()) not in ("\r\n", ""):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if not line:
        return None
    body = stream.read(length := int(headers.get("content-length", 0)))
    if len(body) < length:
        return None
    url = urlsplit(head[1])
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    return Received(head[0], url.path, query, headers, json.loads(body) if body else {})

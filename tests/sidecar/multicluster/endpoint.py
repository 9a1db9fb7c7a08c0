"""A health check's endpoint on a socket, which answers as a test says."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.support.certificate import Certificate

GOOD = b"HTTP/1.1 204 Fine\r\n\r\n"


class Endpoint:
    """Reads the head of a request, keeps it, and calls `handle` with the connection."""

    def __init__(
        self, handle: Callable[[socket.socket], None], certificate: Certificate | None = None
    ) -> None:
        self._handle = handle
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate.certificate, certificate.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.heads: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://{self.host}/healthz?deep=1"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._context is None:
                self._exchange(connection)
            else:
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    self._exchange(secure)

    def _exchange(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        self.heads.append(head.decode())
        self._handle(connection)


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def secret_volume(directory: Path, **headers: str) -> Path:
    """Return a directory as the kubelet mounts a Secret: each name is a link."""
    content = directory / "..one"
    content.mkdir()
    (directory / "..data").symlink_to("..one")
    for name, value in headers.items():
        (content / name).write_text(value)
        (directory / name).symlink_to(f"..data/{name}")
    return directory

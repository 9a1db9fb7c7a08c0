"""A registry of OCI artefacts in memory: as much of its API as pushing and pulling one takes."""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANIFEST = re.compile(r"/v2/(.+)/manifests/([^/]+)")
_BLOB = re.compile(r"/v2/.+/blobs/(sha256:[0-9a-f]{64})")
_UPLOAD = re.compile(r"/v2/.+/blobs/uploads/.*")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stored: dict[str, tuple[str, bytes]]  # by digest and by tag: content type and content

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, code: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_HEAD(self) -> None:
        self._find()

    def do_GET(self) -> None:
        self._find()

    def _find(self) -> None:
        path = urlsplit(self.path).path
        found = _BLOB.fullmatch(path) or _MANIFEST.fullmatch(path)
        if found is None:
            return self._answer(200 if path == "/v2/" else 404)
        stored = self.stored.get(found[found.re.groups])
        if stored is None:
            return self._answer(404)
        kind, content = stored
        return self._answer(200, content, Content_Type=kind, Docker_Content_Digest=_digest(content))

    def do_POST(self) -> None:
        self._read()
        if not _UPLOAD.fullmatch(urlsplit(self.path).path):
            return self._answer(404)
        return self._answer(202, Location=f"{urlsplit(self.path).path}1")

    def do_PUT(self) -> None:
        content, address = self._read(), urlsplit(self.path)
        digest = _digest(content)
        if manifest := _MANIFEST.fullmatch(address.path):
            kind = self.headers["Content-Type"]
            self.stored[manifest[2]] = self.stored[digest] = kind, content
        elif parse_qs(address.query).get("digest") == [digest]:
            self.stored[digest] = "application/octet-stream", content
        else:
            return self._answer(400)
        return self._answer(201, Location=address.path, Docker_Content_Digest=digest)

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@contextmanager
def registry() -> Iterator[str]:
    """Serve one on this machine; yields its host and port."""
    handler = type("Handler", (_Handler,), {"stored": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

"""The bench's own requests to the API server, as an administrator."""

from __future__ import annotations

import http.client
import json
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Object = dict[str, Any]

#: Its user name, in the audit log as well.
NAME = "bench"
_DEADLINE_S = 30.0


class RefusedError(Exception):
    """The API server refused a request."""


class Admin:
    """One connection, made again when it broke."""

    def __init__(self, host: str, port: int, authority: Path, token: str) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        self._connection = http.client.HTTPSConnection(
            host, port, timeout=_DEADLINE_S, context=context
        )
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def text(self, path: str, *, method: str = "GET", body: Object | None = None) -> str:
        """Make a request and return the answer's text. Raises OSError or RefusedError."""
        content = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, content, self._headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ConnectionError(f"{method} {path}: {error!r}") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RefusedError(f"{method} {path}: {answer.status} {text}")
        return text

    def get(self, path: str) -> Object:
        """Read an object. Raises as `text` does."""
        return self._object("GET", path, None)

    def create(self, path: str, body: Object) -> Object:
        """Create an object in a collection. Raises as `text` does."""
        return self._object("POST", path, body)

    def is_ready(self) -> bool:
        """Tell whether the API server calls itself ready."""
        try:
            return self.text("/readyz") == "ok"
        except (OSError, RefusedError):
            return False

    def _object(self, method: str, path: str, body: Object | None) -> Object:
        found: Object = json.loads(self.text(path, method=method, body=body))
        return found

"""A connection by a kubeconfig file that may appear late and change, as a mounted Secret can."""

from __future__ import annotations

import os
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.kube.connection import (
    KUBECONFIG,
    ClusterSettingsError,
    TransportError,
    connect,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from forge_manager.kube.connection import ApiConnection, Reply

#: A plugin is asked this long before its credentials expire, and no more often than this if they
#: are refused.
_AHEAD_S = 30.0
_PLUGIN_EVERY_S = 10.0

_Version = tuple[tuple[int, int, int] | None, ...]


class LateConnection:
    """One API server, reached by the file as it is when a request is sent. Thread-safe.

    Reading the file may take a while (it can name a program to run), and so may `send`: call it in
    a thread that can be left behind.
    """

    def __init__(self, kubeconfig: str, *, wall: Callable[[], float] = time.time) -> None:
        """Take the file, or several as in KUBECONFIG. `wall`: Unix time."""
        self._kubeconfig = kubeconfig
        self._wall = wall
        self._lock = threading.Lock()
        self._version: _Version | None = None
        self._connection: ApiConnection | None = None
        self._made_at = 0.0
        self._refused = False
        self._attempts = 0
        self._failure = ""
        self.answers = 0

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: dict[str, Any] | None = None,
        connect_s: float,
        read_s: float,
    ) -> Reply:
        """Send a request once and wait for the head of its answer. Raises TransportError."""
        reply = self._current().send(
            method, path, query=query, body=body, connect_s=connect_s, read_s=read_s
        )
        self.answers += 1
        if reply.status == HTTPStatus.UNAUTHORIZED:
            self._refused = True
        return reply

    def _current(self) -> ApiConnection:
        version = tuple(_version(path) for path in self._kubeconfig.split(os.pathsep))
        if not any(version):
            raise TransportError(f"{self._kubeconfig} does not exist or cannot be read")
        attempts = self._attempts
        with self._lock:
            if self._attempts != attempts and self._failure:
                raise TransportError(self._failure)  # of the attempt that this one waited for
            if self._connection is None or version != self._version or self._has_ended():
                self._connect(version)
            if self._connection is None:  # not with a named file
                raise TransportError("the kubeconfig names no cluster")
            return self._connection

    def _connect(self, version: _Version) -> None:
        self._attempts += 1
        self._failure = ""
        try:
            self._connection = connect({KUBECONFIG: self._kubeconfig})
        except ClusterSettingsError as error:
            self._failure = str(error)
            self._version = None
            raise TransportError(self._failure) from None
        self._version, self._made_at, self._refused = version, self._wall(), False

    def _has_ended(self) -> bool:
        """Tell whether to ask a plugin again."""
        found, now = self._connection, self._wall()
        if found is None or now - self._made_at < _PLUGIN_EVERY_S:
            return False
        until = found.lasts_until()
        return (until is not None and now > until - _AHEAD_S) or (found.by_plugin and self._refused)


def _version(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).expanduser().stat()
    except (OSError, RuntimeError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size

"""A connection by a kubeconfig file that may come late, and change: a mounted Secret does both."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.cluster.connection import (
    KUBECONFIG,
    ClusterSettingsError,
    TransportError,
    connect,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from forge_manager.cluster.connection import Connection, Reply

_Version = tuple[tuple[int, int, int] | None, ...]


class LateConnection:
    """One API server, reached by the file as it is when a request is sent. Thread-safe.

    Reading the file may take its time (it can name a program to run), so `send` may as well:
    whoever calls it does so in a thread that can be left behind.
    """

    def __init__(self, kubeconfig: str, scratch: Path) -> None:
        """Take the file, or several as KUBECONFIG has them, and a folder in memory for keys in it.

        The client knows these as files alone, and the container's own file system is read-only.
        """
        self._kubeconfig = kubeconfig
        self._scratch = scratch
        self._lock = threading.Lock()
        self._version: _Version | None = None
        self._connection: Connection | None = None

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
        return self._current().send(
            method, path, query=query, body=body, connect_s=connect_s, read_s=read_s
        )

    def _current(self) -> Connection:
        version = tuple(_version(path) for path in self._kubeconfig.split(os.pathsep))
        if not any(version):
            raise TransportError(f"there is no readable file {self._kubeconfig}")
        with self._lock:
            if self._connection is None or version != self._version:
                try:
                    self._connection = connect(
                        {KUBECONFIG: self._kubeconfig}, scratch=self._scratch
                    )
                except ClusterSettingsError as error:
                    raise TransportError(str(error)) from None
                self._version = version
            if self._connection is None:  # not with a file that is named
                raise TransportError("no cluster is named")
            return self._connection


def _version(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).expanduser().stat()
    except (OSError, RuntimeError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size

"""Which connections are open, and which one is closed if there are too many."""

from __future__ import annotations

import resource
from typing import Protocol

_MOST = 2048
_OTHER_DESCRIPTORS = 64  # files, pipes and sockets that are not connections


class Abortable(Protocol):
    """What can be closed at once."""

    def abort(self) -> None:
        """Close at once."""


class Connections:
    """At most `limit` connections. The newest is never refused: the oldest idle one is closed.

    A connection is idle while it has no complete request, however much it sends. If waiting probes
    hold them all, the one that has waited longest is closed.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._idle: dict[Abortable, None] = {}
        self._busy: dict[Abortable, None] = {}

    def __len__(self) -> int:
        return len(self._idle) + len(self._busy)

    def add(self, connection: Abortable) -> None:
        """Add a new connection, making room first."""
        if len(self) >= self._limit:
            oldest = next(iter(self._idle or self._busy))
            self.discard(oldest)
            oldest.abort()
        self._idle[connection] = None

    def mark_busy(self, connection: Abortable) -> None:
        """Note that a connection waits for an answer."""
        if self._idle.pop(connection, self) is None:
            self._busy[connection] = None

    def mark_idle(self, connection: Abortable) -> None:
        """Note that a connection has had its answer."""
        if self._busy.pop(connection, self) is None:
            self._idle[connection] = None

    def discard(self, connection: Abortable) -> None:
        """Forget a connection."""
        self._idle.pop(connection, None)
        self._busy.pop(connection, None)

    def close_all(self) -> None:
        """Close every connection at once."""
        for connection in [*self._idle, *self._busy]:
            connection.abort()


def affordable_connections() -> int:
    """Return how many connections the process's limit on descriptors allows, raising it if low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST + _OTHER_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return _MOST
    return max(1, min(_MOST, soft - _OTHER_DESCRIPTORS))

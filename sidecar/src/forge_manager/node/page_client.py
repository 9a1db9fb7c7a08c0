"""One HTTP page over one kept connection, bounded in time and size, whatever its server does.

A node accepts few connections a second on its metrics port, and others scrape it too
(trace-dispatcher, Cardano.Logging.Prometheus.NetworkRun: 3 a second in the node until 10.7.0, 8
later). An accepted connection takes any number of requests.
"""

from __future__ import annotations

import logging
import socket
import time
from typing import TYPE_CHECKING

import h11

from forge_manager.base.pace import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.node.address import Address

#: A node admits 3 connections a second until 10.7.0; the rest is for Prometheus and for probes.
CONNECTIONS_AT_ONCE = 2
CONNECTION_EVERY_S = 1.0
#: The usual page has 100 to 200 KiB.
_MAX_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 16 * 1024
_OK = 200

_log = logging.getLogger(__name__)


class FetchError(Exception):
    """There is no complete answer; the text says why, in our own words."""


class _UnusableError(Exception):
    """A kept connection had ended before any of the answer came."""


class PageClient:
    """Asks for one page, again and again. For one thread; nothing in it is shared.

    `seconds`: for one answer, from the request (or from connecting) to its last byte.
    `connections`: how many new ones there may be.
    """

    def __init__(
        self,
        address: Address,
        *,
        seconds: float,
        max_bytes: int,
        connections: TokenBucket,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = address
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._connections = connections
        self._clock = clock
        self._sleep = sleep
        self._connection: socket.socket | None = None
        self._told = False

    def close(self) -> None:
        """Close the connection: the next answer comes from the process that listens then."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def wait_until_allowed(self) -> None:
        """Wait until asking is allowed: at once on a kept connection."""
        if self._connection is not None and not _drained(self._connection, self._max_bytes):
            self.close()
        if self._connection is None:
            self._wait_for_connection()

    def get(self) -> bytes:
        """Return the body of a 200 answer that came complete in time. Raises FetchError.

        A connection is kept only after a complete answer, so that no answer is taken for the next.
        """
        deadline = self._clock() + self._seconds
        try:
            return self._connect_and_ask(deadline)
        except FetchError:
            self.close()
            raise
        except TimeoutError:
            self.close()
            raise FetchError(f"no complete answer within {self._seconds:g} s") from None
        except OSError as error:
            self.close()
            reason = error.strerror or type(error).__name__
            raise FetchError(f"connection failed: {reason}") from None
        except h11.ProtocolError:
            self.close()
            raise FetchError("the answer is cut short or not HTTP") from None

    def _connect_and_ask(self, deadline: float) -> bytes:
        if self._connection is not None:
            try:
                return self._exchange(self._connection, deadline, kept=True)
            except _UnusableError:
                self.close()
                self._wait_for_connection()
        self._connection = socket.create_connection(
            (self._address.host, self._address.port), timeout=self._left(deadline)
        )
        return self._exchange(self._connection, deadline, kept=False)

    def _wait_for_connection(self) -> None:
        while not self._connections.take():
            self._sleep(self._connections.wait_s())

    def _left(self, deadline: float) -> float:
        remaining = deadline - self._clock()
        if remaining <= 0:
            raise TimeoutError
        return remaining

    def _exchange(self, connection: socket.socket, deadline: float, *, kept: bool) -> bytes:
        # A protocol state for each request: the rest of one answer must not affect the next.
        http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        request = h11.Request(
            method="GET", target=self._address.target, headers=[("Host", self._address.host)]
        )
        sent = (http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b"")
        connection.settimeout(self._left(deadline))
        try:
            connection.sendall(sent)
        except (BrokenPipeError, ConnectionResetError):
            if kept:
                raise _UnusableError from None
            raise
        body, received = bytearray(), 0
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                connection.settimeout(self._left(deadline))
                chunk = _received(connection, or_unusable=kept and received == 0)
                received += len(chunk)
                if received > self._max_bytes:
                    raise FetchError(f"the answer is longer than {self._max_bytes} bytes")
                http.receive_data(chunk)
            elif isinstance(event, h11.Response) and event.status_code != _OK:
                raise FetchError(f"the answer has status {event.status_code}")
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self._keep(lasts=http.their_state is h11.DONE)
                return bytes(body)

    def _keep(self, *, lasts: bool) -> None:
        if lasts:
            return
        self.close()
        if not self._told:
            self._told = True
            _log.warning(
                "the node's metrics server closes the connection after each answer: forging is "
                "confirmed more slowly, because new connections are opened at most once a second"
            )


def node_page(address: Address, *, seconds: float) -> PageClient:
    """Return a node's metrics page. `seconds`: how long an answer may take."""
    connections = TokenBucket(time.monotonic, burst=CONNECTIONS_AT_ONCE, every_s=CONNECTION_EVERY_S)
    return PageClient(address, seconds=seconds, max_bytes=_MAX_BYTES, connections=connections)


def _received(connection: socket.socket, *, or_unusable: bool) -> bytes:
    try:
        chunk = connection.recv(_CHUNK_BYTES)
    except ConnectionResetError:
        if or_unusable:
            raise _UnusableError from None
        raise
    if not chunk and or_unusable:
        raise _UnusableError
    return chunk


def _drained(connection: socket.socket, most_bytes: int) -> bool:
    """Discard what came after the last answer; tells whether the connection is still good.

    A node counts characters for Content-Length (trace-dispatcher, Prometheus.TCPServer), so extra
    bytes follow an answer that is not pure ASCII.
    """
    connection.settimeout(0)
    thrown_away = 0
    while thrown_away <= most_bytes:
        try:
            chunk = connection.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not chunk:
            return False
        thrown_away += len(chunk)
    return False

"""The node's metrics server, PrometheusSimple of trace-dispatcher, with all that is awkward in it.

A connection is accepted when its turn has come, and stays in the backlog until then, also when
its client has given up. It is closed at once when too many are open. Otherwise it is kept: each
read is a request, and it ends with the client's close, a read that fills the buffer, or silence.
As in trace-dispatcher's `Prometheus/NetworkRun.hs` and `TCPServer.hs`.
"""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .accept_limits import OpenConnections, RateLimiter
from .http_text import answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from .versions import MetricsLimits

BACKLOG = 1024
READ_BYTES = 2048  # a request is shorter than this
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0  # of Utils.hs, runInLoop


@dataclass(frozen=True)
class MetricsServer:
    """Serves `page` on all IPv4 addresses, in threads of its own, for as long as it lives."""

    port: int
    limits: MetricsLimits
    page: Callable[[], str]
    page_seconds: Callable[[], float]  # how long the next page takes, from its values to its end
    closes_each: bool  # True: it closes the connection after each answer, as other servers do
    log: Callable[[str], None]

    def start(self) -> None:
        """Serve from now on. A port that is taken is tried again later, as the node does."""
        threading.Thread(
            target=self._run, args=(self._listen(),), name="metrics", daemon=True
        ).start()

    def _run(self, listener: socket.socket | None) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while listener is None:
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            listener = self._listen()
        turns = RateLimiter(self.limits.accepted_per_second)
        connections = OpenConnections(self.limits.open_per_host, self.limits.open_in_all)
        while True:
            turns.wait()
            connection, (host, _) = listener.accept()
            if not connections.admit(host):
                connection.close()
                continue
            threading.Thread(
                target=self._serve_and_close, args=(connection, host, connections), daemon=True
            ).start()

    def _listen(self) -> socket.socket | None:
        try:
            return socket.create_server(("", self.port), backlog=BACKLOG)
        except OSError as error:
            self.log(f"error: no metrics: port {self.port}: {error.strerror}; tried again later")
            return None

    def _serve_and_close(
        self, connection: socket.socket, host: str, connections: OpenConnections
    ) -> None:
        with connection:
            with contextlib.suppress(OSError):  # reset by the client, or silent for too long
                self._serve(connection)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(self.limits.linger_seconds)
                connection.recv(READ_BYTES)
        connections.release(host)

    def _serve(self, connection: socket.socket) -> None:
        while True:
            # The time that an answer takes is part of it: the node's timer only knows that
            # nothing has been sent.
            deadline = time.monotonic() + (self.limits.silence_seconds or math.inf)
            connection.settimeout(self.limits.silence_seconds or None)
            request = connection.recv(READ_BYTES)
            if not 0 < len(request) < READ_BYTES:
                return
            reply = answer(request, self.page, time.time())
            if reply.is_page and not self._let_pass(self.page_seconds(), deadline):
                return
            connection.sendall(reply.content)
            if self.closes_each:
                return

    def _let_pass(self, seconds: float, deadline: float) -> bool:
        """Wait so long; False when the deadline comes first."""
        left = deadline - time.monotonic()
        time.sleep(max(0.0, min(seconds, left)))
        return seconds < left

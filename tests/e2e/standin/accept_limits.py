"""How the metrics server limits connections: their rate, then how many are open.

As in trace-dispatcher's `Prometheus/NetworkRun.hs` (mkRateLimiter, mkConnLimiter).
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import Counter


class RateLimiter:
    """Turns that arrive one by one at a rate, of which a second's worth can be saved up.

    The server takes a turn before it waits for a connection. One that has been idle therefore
    accepts a burst: the turn that it holds, those saved, and the one that was waiting for room
    (5 connections at 3 a second, 10 at 8 a second); after that, one each time a turn arrives.
    """

    def __init__(self, per_second: float) -> None:
        self._limited = per_second != 0
        if self._limited:
            self._seconds = 1 / per_second
            self._turns: queue.Queue[None] = queue.Queue(maxsize=math.ceil(per_second))
            threading.Thread(target=self._arrive, name="metrics-turns", daemon=True).start()

    def wait(self) -> None:
        """Take a turn, waiting for it to arrive."""
        if self._limited:
            self._turns.get()

    def _arrive(self) -> None:
        while True:
            self._turns.put(None)
            time.sleep(self._seconds)


class OpenConnections:
    """How many connections are open, of each host and in all; a limit of 0 is none."""

    def __init__(self, per_host: int, in_all: int) -> None:
        self._per_host = per_host
        self._in_all = in_all
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, host: str) -> bool:
        """Count one more of this host; False when it would be one too many."""
        with self._lock:
            if self._per_host and self._open[host] >= self._per_host:
                return False
            if self._in_all and self._open.total() >= self._in_all:
                return False
            self._open[host] += 1
            return True

    def release(self, host: str) -> None:
        """Count one fewer of this host."""
        with self._lock:
            self._open[host] -= 1

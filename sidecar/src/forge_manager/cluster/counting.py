"""What is counted of the requests, for the metrics."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

#: Outcomes beside the status codes of HTTP.
TIMED_OUT = "timeout"
BROKEN = "error"  # refused, reset, cut short, not HTTP

#: Upper bounds in seconds: a server nearby, a slow one, and the deadlines of requests.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestCounter(Protocol):
    """Takes every request once, when it ended or was given up. Called from several threads."""

    def __call__(self, verb: str, outcome: str, seconds: float) -> None:
        """Count one.

        `verb`: as RBAC names it (get, list, watch, create, update, patch). `outcome`: the status
        code, "timeout" or "error". `seconds`: until the answer, for a watch until it began.
        """


@dataclass
class Durations:
    """A histogram: how many requests ended within each of BUCKETS, last those beyond."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total_seconds: float = 0.0


class RequestTally:
    """All requests so far, by verb and resource. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[tuple[str, str, str]] = Counter()
        self._durations: dict[tuple[str, str], Durations] = {}

    def counter(self, resource: str) -> RequestCounter:
        """Return what counts the requests about one resource, named as RBAC does."""

        def count(verb: str, outcome: str, seconds: float) -> None:
            with self._lock:
                self._outcomes[verb, resource, outcome] += 1
                durations = self._durations.setdefault((verb, resource), Durations())
                durations.counts[bisect_left(BUCKETS, seconds)] += 1
                durations.total_seconds += seconds

        return count

    def outcomes(self) -> dict[tuple[str, str, str], int]:
        """Return how often each (verb, resource, outcome) was."""
        with self._lock:
            return dict(self._outcomes)

    def durations(self) -> dict[tuple[str, str], Durations]:
        """Return how long they took, by (verb, resource)."""
        with self._lock:
            return {
                key: Durations(list(found.counts), found.total_seconds)
                for key, found in self._durations.items()
            }

"""Counts the requests, for the metrics page."""

from __future__ import annotations

from typing import Protocol

from prometheus_client import Counter, Histogram

#: Outcomes beside the status codes of HTTP.
TIMED_OUT = "timeout"
BROKEN = "error"  # refused, reset, cut short, not HTTP

#: Upper bounds in seconds: a server nearby, a slow one, and the deadlines of requests.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestCounter(Protocol):
    """Counts every request once, when it ended or was given up. Called from several threads."""

    def __call__(self, verb: str, outcome: str, seconds: float) -> None:
        """Count one.

        `verb`: as RBAC names it (get, list, watch, create, update, patch). `outcome`: the status
        code, "timeout" or "error". `seconds`: until the answer; for a watch, until it began.
        """


class RequestTally:
    """All requests so far, by verb and resource. Thread-safe."""

    def __init__(self) -> None:
        self.outcomes = Counter(
            "cardano_forge_manager_api_requests",
            "Requests to the Kubernetes API; outcome: the status code, timeout or error",
            ["verb", "resource", "outcome"],
            registry=None,
        )
        self.durations = Histogram(
            "cardano_forge_manager_api_request_seconds",
            "Time until the Kubernetes API answered; for a watch, until it began",
            ["verb", "resource"],
            buckets=_BUCKETS,
            registry=None,
        )

    def counter(self, resource: str) -> RequestCounter:
        """Return the counter of requests about one resource, named as in RBAC."""

        def count(verb: str, outcome: str, seconds: float) -> None:
            self.outcomes.labels(verb, resource, outcome).inc()
            self.durations.labels(verb, resource).observe(seconds)

        return count

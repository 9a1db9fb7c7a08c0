"""What is counted of the requests, for metrics that live elsewhere."""

from __future__ import annotations

from typing import Protocol

#: Outcomes beside the status codes of HTTP.
TIMED_OUT = "timeout"
BROKEN = "error"  # refused, reset, cut short, not HTTP


class RequestCounter(Protocol):
    """Takes every request once, when it ended or was given up. Called from several threads."""

    def __call__(self, verb: str, outcome: str, seconds: float) -> None:
        """Count one.

        `verb`: as RBAC names it (get, list, watch, create, update). `outcome`: the status code,
        "timeout" or "error". `seconds`: until the answer, for a watch until it began.
        """


def not_counted(verb: str, outcome: str, seconds: float) -> None:
    """Count nothing."""

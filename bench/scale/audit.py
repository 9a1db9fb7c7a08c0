"""Requests by an API server's audit log: which, whose, and how many in a second.

Each request is one or several events with one `auditID` and one `requestReceivedTimestamp`
(k8s.io/apiserver v0.34, pkg/apis/audit/v1/types.go). A refused one has events too, also one
without valid credentials (pkg/endpoints/filters/authn_audit.go).
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The names of the users that service accounts are.
ACCOUNTS = "system:serviceaccount:"
SECOND = 1.0
_LAST_STAGES = ("ResponseComplete", "Panic")


class Request(NamedTuple):
    """One request. `at`: when it was received, in Unix seconds; `code`: 0 while it has none.

    `is_open`: it has not been answered in full yet, as a watch that goes on.
    """

    at: float
    user: str
    verb: str
    resource: str
    code: int
    is_open: bool

    @property
    def is_a_managers(self) -> bool:
        """Whether a pod sent it; one whose credentials were refused has no user."""
        return self.user.startswith(ACCOUNTS) or not self.user


def requests(lines: Iterable[str]) -> list[Request]:
    """Return the requests of a log in the order in which they were received.

    A last line that is not whole yet is left out.
    """
    found: dict[str, Request] = {}
    for line in lines:
        if line.endswith("\n"):
            event = json.loads(line)
            found[event["auditID"]] = _request(event, found.get(event["auditID"]))
    return sorted(found.values())


def between(found: Iterable[Request], since: float, until: float) -> list[Request]:
    """Return those received in this time, its end left out."""
    return [each for each in found if since <= each.at < until]


def of_managers(found: Iterable[Request]) -> list[Request]:
    """Return those that pods sent."""
    return [each for each in found if each.is_a_managers]


def by_kind(found: Iterable[Request]) -> Counter[tuple[str, str]]:
    """Count them by verb and resource."""
    return Counter((each.verb, each.resource) for each in found)


class WorstSecond(NamedTuple):
    """The second with the most of something, wherever it begins."""

    since: float
    number: int


def worst_second(times: Iterable[float]) -> WorstSecond:
    """Return the worst second of these times; of several, the first."""
    ordered = sorted(times)
    worst, first = WorstSecond(0.0, 0), 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= SECOND:
            first += 1
        if last - first + 1 > worst.number:
            worst = WorstSecond(ordered[first], last - first + 1)
    return worst


def _request(event: dict[str, Any], known: Request | None) -> Request:
    about = event.get("objectRef", {})
    name = about.get("resource") or event["requestURI"].partition("?")[0]
    below = about.get("subresource")
    ended = event["stage"] in _LAST_STAGES
    return Request(
        at=datetime.fromisoformat(event["requestReceivedTimestamp"]).timestamp(),
        user=event["user"].get("username", ""),
        verb=event["verb"],
        resource=f"{name}/{below}" if below else name,
        code=event.get("responseStatus", {}).get("code", known.code if known else 0),
        is_open=not ended and (known is None or known.is_open),
    )

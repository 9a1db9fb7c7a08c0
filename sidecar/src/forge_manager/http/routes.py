"""From a request line to what to do for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import parse_qsl

from forge_manager.http.answers import Response, error

#: The longest time a probe may ask to be held, in seconds.
MAX_WAIT = 300.0

_METHODS = ("GET", "HEAD")
_MAX_PARAMETERS = 8


class ObservedPage(Enum):
    """Pages whose content depends on what the sidecar observes."""

    HEALTH = auto()
    METRICS = auto()
    NODE_READY = auto()
    NODE_LIVENESS = auto()


class AwaitedPage(Enum):
    """Pages that can hold their answer until it is a yes."""

    STARTUP_STATUS = auto()
    HANDED_OVER = auto()


@dataclass(frozen=True)
class HeldRequest:
    """A page that is held for up to `seconds` while its answer would be no."""

    page: AwaitedPage
    seconds: float


Route = Response | ObservedPage | HeldRequest

_PAGES = {
    "/health": ObservedPage.HEALTH,
    "/metrics": ObservedPage.METRICS,
    "/node-ready": ObservedPage.NODE_READY,
    "/node-liveness": ObservedPage.NODE_LIVENESS,
}
_AWAITED = {"/startup-status": AwaitedPage.STARTUP_STATUS, "/handed-over": AwaitedPage.HANDED_OVER}
_KNOWN = (*_AWAITED, *_PAGES)


def route(method: str, target: str) -> Route:
    """Decide what a request asks for. `target` is the request target, path and query."""
    path, _, query = target.partition("?")
    if path not in _KNOWN:
        return error(404, f"no such path; use one of {', '.join(_KNOWN)}")
    if method not in _METHODS:
        return error(405, "only GET and HEAD are allowed", allow=", ".join(_METHODS))
    if path in _PAGES:
        return _PAGES[path]
    wait = _wait_seconds(query)
    if wait is None:
        return error(400, f"wait must be a number of seconds from 0 to {MAX_WAIT:g}")
    return HeldRequest(_AWAITED[path], wait)


def _wait_seconds(query: str) -> float | None:
    try:
        parameters = dict(parse_qsl(query, max_num_fields=_MAX_PARAMETERS))
        wait = float(parameters.get("wait", "0"))
    except ValueError:
        return None
    return wait if math.isfinite(wait) and 0 <= wait <= MAX_WAIT else None

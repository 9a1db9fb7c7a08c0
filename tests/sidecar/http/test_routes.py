"""From a request line to what it asks for."""

from __future__ import annotations

import pytest

from forge_manager.http.answers import Response
from forge_manager.http.routes import MAX_WAIT, AwaitedPage, HeldRequest, ObservedPage, route


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/health", ObservedPage.HEALTH),
        ("/metrics", ObservedPage.METRICS),
        ("/metrics?name[]=x", ObservedPage.METRICS),
        ("/node-ready", ObservedPage.NODE_READY),
        ("/node-liveness", ObservedPage.NODE_LIVENESS),
        ("/handed-over?wait=20", HeldRequest(AwaitedPage.HANDED_OVER, 20)),
        ("/startup-status", HeldRequest(AwaitedPage.STARTUP_STATUS, 0)),
        ("/startup-status?wait=1.5", HeldRequest(AwaitedPage.STARTUP_STATUS, 1.5)),
        ("/startup-status?other=1&wait=2", HeldRequest(AwaitedPage.STARTUP_STATUS, 2)),
    ],
)
def test_a_page_is_found(method: str, target: str, asked: object) -> None:
    assert route(method, target) == asked


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/startup-status/", 404),
        ("GET", "//health", 404),
        ("POST", "/nothing", 404),
        ("POST", "/health", 405),
        ("DELETE", "/startup-status", 405),
        ("OPTIONS", "/metrics", 405),
        ("GET", "/startup-status?wait=x", 400),
        ("GET", "/startup-status?wait=-1", 400),
        ("GET", "/startup-status?wait=nan", 400),
        ("GET", "/startup-status?wait=inf", 400),
        ("GET", f"/startup-status?wait={MAX_WAIT + 1}", 400),
        ("GET", "/startup-status?" + "a=1&" * 100, 400),
    ],
)
def test_anything_else_is_refused(method: str, target: str, status: int) -> None:
    answer = route(method, target)
    assert isinstance(answer, Response)
    assert answer.status == status
    assert answer.content_type == "application/json"
    assert (answer.allow is not None) == (status == 405)

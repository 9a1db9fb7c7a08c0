"""Downloads: bounded in size and time, and tried again when that may help."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.prepare import download as download_module
from forge_manager.commands.prepare.download import download
from forge_manager.commands.prepare.errors import PrepareError
from tests.sidecar.commands.prepare.conftest import Web, send

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.now += seconds


def _try(web: Web, clock: Clock, deadline: float = 60.0) -> bytes:
    return download(web.url + "/file", deadline, clock=clock, sleep=clock.sleep)


def test_a_file_comes(web: Web) -> None:
    web.handle = lambda request: send(request, b"content")
    assert _try(web, Clock()) == b"content"


def test_a_file_comes_by_the_proxy_that_the_environment_names(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.handle = lambda request: send(request, request.path.encode())
    monkeypatch.setenv("http_proxy", web.url)
    url = "http://genesis.example/byron.json"
    assert download(url, 60.0) == url.encode()


def test_a_passing_fault_is_tried_again(web: Web) -> None:
    answers = [503, 500, 429, 200]
    web.handle = lambda request: send(request, b"content", answers.pop(0))
    clock = Clock()
    assert _try(web, clock) == b"content"
    assert clock.pauses == [1.0, 2.0, 4.0]


def test_a_lasting_fault_ends_with_the_deadline(web: Web) -> None:
    web.handle = lambda request: send(request, b"", 503)
    clock = Clock()
    with pytest.raises(PrepareError, match=r"answered 503 .*; gave up after 6 attempts"):
        _try(web, clock, deadline=45)
    assert clock.now < 45


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_final_refusal_is_not_tried_again(web: Web, status: int) -> None:
    web.handle = lambda request: send(request, b"", status)
    with pytest.raises(PrepareError, match=f"answered {status}"):
        _try(web, Clock())
    assert len(web.paths) == 1


def test_a_server_that_is_not_there_is_said(web: Web) -> None:
    with pytest.raises(PrepareError, match="refused"):
        download("http://127.0.0.1:1/", 0.5)


def test_redirects_are_followed_over_http_only(web: Web) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/file":
            request.send_response(302)
            request.send_header("Location", "/other")
            request.end_headers()
        else:
            send(request, b"content")

    web.handle = redirect
    assert _try(web, Clock()) == b"content"

    def away(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "file:///etc/hostname")
        request.end_headers()

    web.handle = away
    with pytest.raises(PrepareError):
        _try(web, Clock())


def test_too_large_a_file_is_not_taken(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download_module, "MAX_BYTES", 1_000)
    web.handle = lambda request: send(request, b"x" * 1_001)
    with pytest.raises(PrepareError, match="larger than 1000 bytes"):
        _try(web, Clock())
    assert len(web.paths) == 1


def test_a_file_that_breaks_off_is_tried_again(web: Web) -> None:
    def break_off(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"half")

    web.handle = break_off
    with pytest.raises(PrepareError, match="gave up after 2 attempts"):
        _try(web, Clock(), deadline=2.5)


def test_a_file_that_trickles_ends_with_the_deadline(web: Web) -> None:
    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        try:
            for _ in range(1_000):
                request.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            return

    web.handle = trickle
    started = time.monotonic()
    with pytest.raises(PrepareError, match="no answer within"):
        download(web.url, started + 0.3)
    assert time.monotonic() - started < 10

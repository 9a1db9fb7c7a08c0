"""One bounded GET: what its callers may rely on, whatever a server does."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.bounded_get import HttpAnswer, NoAnswerError, get
from tests.sidecar.multicluster.endpoint import GOOD, Endpoint, says
from tests.support import certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def server(*, location: str = "", until: threading.Event | None = None) -> Iterator[str]:
    """HttpAnswer every request with "good", or lead on; the headers come when `until` is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if until is not None:
                until.wait(10)
            self.send_response(302 if location else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0" if location else "4")
            self.end_headers()
            if not location:
                self.wfile.write(b"good")

        def log_message(self, *_: object) -> None:
            """Be silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}/"
        finally:
            listening.shutdown()
            thread.join()


def test_it_waits_for_all_of_its_time_unless_a_stall_is_named() -> None:
    headers_come = threading.Event()
    with server(until=headers_come) as url:
        with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s"):
            get(url, seconds=30, stall_seconds=0.2, most_bytes=100)
        threading.Timer(0.5, headers_come.set).start()
        assert get(url, seconds=30, most_bytes=100) == HttpAnswer(200, "OK", b"good")


@pytest.mark.parametrize("url", ["mypod/health", "http://[", "http://a:b/", ""])
def test_what_is_no_url_is_refused_and_takes_no_slot(url: str) -> None:
    slots = threading.Semaphore(1)
    for _ in range(3):
        with pytest.raises(ValueError, match=r".+"):
            get(url, seconds=1, most_bytes=100, slots=slots)
    with server() as good:
        assert get(good, seconds=30, most_bytes=100, slots=slots).body == b"good"


def test_who_hangs_takes_the_slots_of_its_caller_alone() -> None:
    answers, slots = threading.Event(), threading.Semaphore(1)
    with server(until=answers) as slow, server() as good:
        with pytest.raises(NoAnswerError, match="within"):
            get(slow, seconds=0.2, stall_seconds=20, most_bytes=100, slots=slots)
        assert get(good, seconds=30, most_bytes=100).body == b"good"
        answers.set()


def trusting_nobody() -> ssl.SSLContext:
    raise FileNotFoundError


def test_certificates_are_read_for_https_alone_and_their_absence_is_said() -> None:
    with server() as url:
        assert get(url, seconds=30, most_bytes=100, tls=trusting_nobody).body == b"good"
    with pytest.raises(NoAnswerError, match="certificates to trust cannot be read"):
        get("https://127.0.0.1:1/", seconds=30, most_bytes=100, tls=trusting_nobody)


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/", "file:///etc/hostname", "http://["])
def test_a_redirect_to_anything_else_is_an_end(location: str) -> None:
    with server(location=location) as url:
        try:
            answer = get(url, seconds=30, most_bytes=100, follow=True)
        except NoAnswerError as error:
            assert error.final
        else:
            assert answer.status == 302


def test_redirects_are_followed_when_asked_for() -> None:
    with server() as good, server(location=good) as url:
        assert get(url, seconds=30, most_bytes=100, follow=True).body == b"good"
        assert get(url, seconds=30, most_bytes=100).status == 302


def test_a_body_that_is_too_large_is_an_end() -> None:
    with server() as url, pytest.raises(NoAnswerError, match="larger than 3 bytes") as refused:
        get(url, seconds=30, most_bytes=3)
    assert refused.value.final


def test_a_proxy_is_used_where_that_is_asked_for_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with server() as url, server() as proxy:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        assert get(url, seconds=30, most_bytes=100).body == b"good"
        with pytest.raises(NoAnswerError, match="Connection refused"):
            get(url, seconds=30, most_bytes=100, by_proxy=True)
        monkeypatch.setenv("http_proxy", proxy)
        elsewhere = "http://genesis.example/byron.json"
        assert get(elsewhere, seconds=30, most_bytes=100, by_proxy=True).body == b"good"
        monkeypatch.setenv("no_proxy", ".example")
        with pytest.raises(NoAnswerError, match="cannot be resolved"):
            get("http://no.such.example/", seconds=30, most_bytes=100, by_proxy=True)


def test_authorities_are_those_of_the_environment_and_a_file_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate.generate(tmp_path)
    endpoint = Endpoint(says(GOOD), made)
    try:
        with pytest.raises(NoAnswerError, match=r"not trusted, or is for another name$"):
            get(endpoint.url, seconds=30, most_bytes=0)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        assert get(endpoint.url, seconds=30, most_bytes=0).good
        missing = str(tmp_path / "none")
        monkeypatch.setenv("SSL_CERT_FILE", missing)
        with pytest.raises(
            NoAnswerError, match=f"SSL_CERT_FILE is {missing}, which does not exist"
        ):
            get(endpoint.url, seconds=30, most_bytes=0)
    finally:
        endpoint.close()

"""One probe of a health check's endpoint: what counts as good, and that nothing leaks or hangs."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from forge_manager.multicluster.probe import Outcome, Prober
from forge_manager.settings.cluster import HealthSettings
from forge_manager.settings.cluster_spec import Header, HealthCheck
from tests.sidecar.multicluster.endpoint import GOOD, Endpoint, says, secret_volume
from tests.sidecar.waiting import until
from tests.support import certificate

PLAIN = HealthSettings(None, None, verify=True)
Start = Callable[..., Endpoint]


@pytest.fixture
def start() -> Iterator[Start]:
    made: list[Endpoint] = []

    def started(
        handle: Callable[[socket.socket], None], tls: certificate.Certificate | None = None
    ) -> Endpoint:
        made.append(Endpoint(handle, tls))
        return made[-1]

    yield started
    for endpoint in made:
        endpoint.close()


def check(endpoint: str, *headers: Header, timeout_s: int = 10) -> HealthCheck:
    return HealthCheck(True, endpoint, 30, timeout_s, 3, headers)


def ask(
    endpoint: str, settings: HealthSettings = PLAIN, *headers: Header, timeout_s: int = 10
) -> Outcome:
    return Prober(settings, endpoint).ask(check(endpoint, *headers, timeout_s=timeout_s))


def test_a_good_answer_is_any_2xx(start: Start) -> None:
    endpoint = start(says(GOOD))
    outcome = ask(endpoint.url)
    assert (outcome.ok, outcome.message) == (True, "HTTP 204")
    assert 0 < outcome.seconds < 10
    assert endpoint.heads[0].startswith("GET /healthz?deep=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [199, 301, 404, 500, 503])
def test_every_other_status_is_none(start: Start, status: int) -> None:
    elsewhere = start(says(GOOD))
    answer = f"HTTP/1.1 {status} So\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
    endpoint = start(says(answer.encode()))
    outcome = ask(endpoint.url, timeout_s=1)
    assert not outcome.ok
    assert len(endpoint.heads) == 1
    assert elsewhere.heads == []


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2"])
def test_what_is_no_answer_is_none(start: Start, answer: bytes) -> None:
    outcome = ask(start(says(answer)).url)
    assert not outcome.ok
    assert "not a valid HTTP answer" in outcome.message


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:1/", "no answer (Connection refused)"),
        ("http://no-such-host.invalid/", "the server's name cannot be resolved"),
        ("http://[x/", "not a valid URL"),
        ("http://127.0.0.1:99999/", "not a valid URL"),
    ],
)
def test_a_server_that_is_not_there_is_said_in_words(url: str, message: str) -> None:
    assert ask(url)[:2] == (False, message)


def test_an_answer_that_drips_ends_with_the_time_allowed_and_its_thread_too(start: Start) -> None:
    broken_off = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not broken_off.wait(0.05):
                connection.sendall(b"x")
        except OSError:
            broken_off.set()

    endpoint = start(drip)
    outcome = ask(endpoint.url, timeout_s=1)
    assert outcome[:2] == (False, "no answer within 1 s")
    assert 1 <= outcome.seconds < 3
    assert broken_off.wait(10), "the connection was left open"


def test_a_name_that_takes_forever_holds_few_threads_and_no_probe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolved = threading.Event()

    def resolve(*_: object, **__: object) -> None:
        resolved.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    prober, slow = Prober(PLAIN, ""), check("http://slow/", timeout_s=1)
    began = time.monotonic()
    messages = [prober.ask(slow).message for _ in range(4)]
    assert messages == ["no answer within 1 s"] * 3 + ["earlier requests still hang"]
    assert time.monotonic() - began < 10
    resolved.set()
    until(lambda: prober.ask(slow).message != "earlier requests still hang", "a free thread")


def test_headers_of_the_check_and_of_the_secret_go_along(start: Start, tmp_path: Path) -> None:
    endpoint = start(says(GOOD))
    volume = secret_volume(tmp_path, Authorization="Bearer one\n", Bad="a\r\nb", Empty="")
    settings = replace(PLAIN, headers=volume)
    prober, wanted = Prober(settings, endpoint.url), check(endpoint.url, Header("X-Key", "k"))
    assert prober.ask(wanted).ok
    (volume / "..one" / "Authorization").write_text("Bearer two")
    assert prober.ask(wanted).ok
    assert "Authorization: Bearer one\r\n" in endpoint.heads[0]
    assert "Authorization: Bearer two\r\n" in endpoint.heads[1]
    assert "X-Key: k\r\n" in endpoint.heads[0]
    assert "Bad" not in endpoint.heads[0]
    assert "..data" not in endpoint.heads[0]


def test_the_secrets_headers_are_for_the_server_that_the_settings_name(
    start: Start, tmp_path: Path
) -> None:
    endpoint = start(says(GOOD))
    settings = replace(PLAIN, headers=secret_volume(tmp_path, XKey="hunter2"))
    assert Prober(settings, "http://127.0.0.1:1/").ask(check(endpoint.url)).ok
    assert "hunter2" not in endpoint.heads[0]


def test_user_and_password_of_the_url_are_sent_as_such_and_not_said(start: Start) -> None:
    endpoint = start(says(b"HTTP/1.1 401 No\r\n\r\n"))
    outcome = ask(f"http://me:a%40b@{endpoint.host}/")
    assert outcome[:2] == (False, "HTTP 401")
    assert base64.b64encode(b"me:a@b").decode() in endpoint.heads[0]
    assert f"Host: {endpoint.host}\r\n" in endpoint.heads[0]


def test_tls_is_verified_with_the_ca_that_is_named(start: Start, tmp_path: Path) -> None:
    tls = certificate.generate(tmp_path)
    endpoint = start(says(GOOD), tls)
    assert ask(endpoint.url, replace(PLAIN, ca=tls.certificate))[:2] == (True, "HTTP 204")
    assert "not trusted" in ask(endpoint.url).message
    other = endpoint.url.replace("127.0.0.1", "localhost")
    assert "is for another name" in ask(other, replace(PLAIN, ca=tls.certificate)).message
    assert ask(endpoint.url, replace(PLAIN, verify=False)).ok
    missing = replace(PLAIN, ca=tmp_path / "none")
    assert ask(endpoint.url, missing)[:2] == (False, "the certificates to trust cannot be read")


def test_it_goes_by_the_proxy_that_the_environment_names(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start(says(GOOD))
    monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
    monkeypatch.setenv("no_proxy", ".svc")
    assert ask("http://health.example/healthz").ok
    assert proxy.heads[0].startswith("GET http://health.example/healthz HTTP/1.1\r\n")


def test_a_proxy_is_told_nothing_of_a_request_by_tls_but_where_it_leads(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start(says(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"))
    monkeypatch.setenv("https_proxy", f"http://{proxy.host}")
    outcome = ask("https://health.example/healthz", PLAIN, Header("X-Secret", "hush"))
    assert not outcome.ok
    assert proxy.heads[0].startswith("CONNECT health.example:443 HTTP/1.")
    assert "hush" not in proxy.heads[0]


def test_what_the_environment_excepts_is_asked_without_the_proxy(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = start(says(GOOD))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert not ask(endpoint.url).ok
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    assert ask(endpoint.url).ok

"""One request, one answer, in time, whatever the server does."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from forge_manager.election.messages import Answer, Failure, Found, Request
from forge_manager.kube.lease_client import LeaseClient
from tests.sidecar.kube import samples
from tests.sidecar.kube.conftest import Serve
from tests.sidecar.kube.fake_api import FakeApi, Link, Received
from tests.sidecar.kube.samples import LEASE, LEASES, NAME, Counted
from tests.sidecar.waiting import until

Handle = Callable[[Received, Link], None]
Start = Callable[[Handle], tuple[FakeApi, LeaseClient]]


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def start(serve: Serve, counted: Counted) -> Start:
    def started(handle: Handle) -> tuple[FakeApi, LeaseClient]:
        api, connection = serve(handle)
        client = LeaseClient(connection, namespace=samples.NAMESPACE, name=NAME, count=counted)
        return api, client

    return started


def _status(code: int) -> Handle:
    return lambda _received, link: link.refuse(code)


@pytest.mark.parametrize(
    ("request_", "method", "path", "verb"),
    [
        (samples.read(), "GET", f"{LEASES}/{NAME}", "get"),
        (samples.create(), "POST", LEASES, "create"),
        (samples.replace(), "PUT", f"{LEASES}/{NAME}", "update"),
    ],
)
def test_each_verb(
    start: Start, counted: Counted, *, request_: Request, method: str, path: str, verb: str
) -> None:
    api, client = start(lambda _received, link: link.answer(200, samples.document()))
    assert client.perform(request_) == Found(LEASE)
    received = api.requests[0]
    assert (received.method, received.path) == (method, path)
    assert counted.all == [(verb, "200")]


def test_a_write_carries_the_record_and_what_others_put_there(start: Start) -> None:
    api, client = start(lambda _received, link: link.answer(200, samples.document()))
    client.perform(samples.replace())
    assert api.requests[0].body == samples.document()
    assert api.requests[0].body["metadata"]["annotations"]["other"] == "kept"


@pytest.mark.parametrize("request_", [samples.read(), samples.create(), samples.replace()])
@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (404, Failure.MISSING),
        (409, Failure.CONFLICT),
        (403, Failure.FORBIDDEN),
        *((code, Failure.UNKNOWN) for code in (400, 401, 410, 422, 429, 500, 503, 504)),
    ],
)
def test_refusals(
    start: Start, counted: Counted, request_: Request, code: int, answer: Failure
) -> None:
    _, client = start(_status(code))
    assert client.perform(request_) is answer
    assert [outcome for _, outcome in counted.all] == [str(code)]


@pytest.mark.parametrize("code", [403, 404, 409])
@pytest.mark.parametrize("body", [b"", b"<html>", b"default backend - 404", b"[]", b'{"kind":"X"}'])
def test_a_refusal_that_is_not_the_api_servers_says_nothing(
    start: Start, code: int, body: bytes
) -> None:
    _, client = start(lambda _received, link: link.answer(code, body))
    assert client.perform(samples.read()) is Failure.UNKNOWN


@pytest.mark.parametrize("code", [200, 201])
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"null", b"[]", b"{}", b'"text"', b'{"metadata":', b"\xff\xfe\x00"),
        b'{"metadata": {"uid": "u", "resourceVersion": "x"}}',
        b"[" * 100_000,
        b" " * 3_000_000 + json.dumps(samples.document()).encode(),
    ],
)
def test_an_answer_that_is_no_lease_is_unknown(start: Start, code: int, body: bytes) -> None:
    _, client = start(lambda _received, link: link.answer(code, body))
    assert client.perform(samples.replace()) is Failure.UNKNOWN


# Servers that break off

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.parametrize(
    "handle",
    [
        lambda _received, link: link.reset(),
        lambda _received, link: link.raw(b"not HTTP\r\n\r\n"),
        lambda _received, link: (link.raw(_HEAD + b"{"), link.reset()),
    ],
    ids=["reset", "not HTTP", "cut short"],
)
def test_a_broken_answer_is_unknown_and_the_request_not_repeated(
    start: Start, counted: Counted, handle: Handle
) -> None:
    api, client = start(handle)
    assert client.perform(samples.replace()) is Failure.UNKNOWN
    assert len(api.requests) == 1
    assert counted.all == [("update", "error")]


@pytest.mark.parametrize(
    "handle",
    [
        lambda _received, link: link.hang(),
        lambda _received, link: link.drip(_HEAD + b"{" * 900, 0.05),
        lambda _received, link: (link.raw(_HEAD), link.drip(b"{" * 900, 0.05)),
    ],
    ids=["silent", "drips its head", "drips its body"],
)
def test_time_is_up_even_if_bytes_come(start: Start, counted: Counted, handle: Handle) -> None:
    _, client = start(handle)
    began = time.monotonic()
    assert client.perform(samples.replace(within_ms=300)) is Failure.UNKNOWN
    assert 0.29 < time.monotonic() - began < 10
    assert counted.all == [("update", "timeout")]


def test_a_server_that_is_not_there_is_unknown(start: Start, counted: Counted) -> None:
    api, client = start(_status(200))
    api.close()
    assert client.perform(samples.read()) is Failure.UNKNOWN
    assert counted.all == [("get", "error")]


def test_a_late_answer_is_dropped(start: Start, counted: Counted) -> None:
    release, done = threading.Event(), threading.Event()

    def handle(received: Received, link: Link) -> None:
        release.wait(10)
        link.answer(200, samples.document())
        done.set()

    _, client = start(handle)
    answers: SimpleQueue[Answer] = SimpleQueue()
    client.submit(samples.replace(within_ms=200), answers.put)
    assert answers.get(timeout=5) is Failure.UNKNOWN
    release.set()
    assert done.wait(5)
    until(lambda: not _workers(), "the end of the thread")
    assert answers.empty()
    assert len(counted.all) == 1


def test_few_threads_are_left_to_hang_and_requests_go_on_when_they_end(start: Start) -> None:
    released = threading.Event()

    def handle(received: Received, link: Link) -> None:
        if not released.is_set():
            link.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, 0.01)
        link.answer(200, samples.document())

    api, client = start(handle)
    for _ in range(8):
        assert client.perform(samples.read(within_ms=100)) is Failure.UNKNOWN
    assert len(_workers()) == 4
    assert len(api.requests) == 4
    released.set()
    api.hang_up()
    until(lambda: not _workers(), "the end of the threads")
    assert client.perform(samples.read()) == Found(LEASE)


def test_an_answer_for_each_of_many_requests_at_once(start: Start) -> None:
    _, client = start(lambda _received, link: link.answer(200, samples.document()))
    answers: SimpleQueue[Answer] = SimpleQueue()
    for _ in range(20):
        client.submit(samples.read(), answers.put)
    assert len([answers.get(timeout=5) for _ in range(20)]) == 20
    assert answers.empty()


def test_a_missing_permission_is_logged_once_with_its_rule(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    codes = iter([403, 403, 403, 200, 403])

    def handle(received: Received, link: Link) -> None:
        code = next(codes)
        link.answer(code, samples.document() if code == 200 else {"kind": "Status"})

    _, client = start(handle)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            client.perform(samples.replace())
        assert len(caplog.records) == 1
        said = str(vars(caplog.records[0]))
        for part in ("coordination.k8s.io", "leases", "update", NAME, samples.NAMESPACE):
            assert part in said
        client.perform(samples.replace())
        assert "answers again" in caplog.messages[-1]
        client.perform(samples.replace())
    assert len(caplog.records) == 3
    assert "secret-token" not in str([vars(record) for record in caplog.records])


def _workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "leases"]

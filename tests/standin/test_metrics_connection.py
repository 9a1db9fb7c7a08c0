"""What a connection to the metrics can do, once it is accepted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.standin.http_text import answer
from tests.standin.metrics_client import GET, HEAD, Connection
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.waits

FORGING = b"cardano_node_metrics_forging_enabled_int "


@pytest.fixture
def node(home: Path) -> Iterator[StandinProcess]:
    with StandinProcess.start(home) as node:
        yield node.wait_until_up()


@pytest.fixture
def connection(node: StandinProcess) -> Iterator[Connection]:
    with Connection(node.metrics_port) as connection:
        yield connection


def test_one_connection_answers_any_number_of_requests_at_once(connection: Connection) -> None:
    began = time.monotonic()
    assert all(FORGING in connection.ask()[1] for _ in range(300))
    assert time.monotonic() - began < 10


def test_a_page_is_what_prometheus_reads(connection: Connection) -> None:
    head, body = connection.ask()
    status, length, content_type, date = head.split(b"\r\n")
    assert status == b"HTTP/1.1 200 OK"
    assert length == b"Content-Length: %d" % len(body)
    assert content_type == b"Content-Type: text/plain;version=0.0.4;charset=utf-8"
    assert date.startswith(b"Date: ")
    assert date.endswith(b" GMT")
    assert body.endswith(b"# EOF\n")


def test_head_is_answered_without_the_page(connection: Connection) -> None:
    page = connection.ask()[1]
    head, body = connection.ask(HEAD)
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(page))
    assert body == b""
    assert connection.ask()[0].startswith(b"HTTP/1.1 200 OK"), "nothing of it is left over"


@pytest.mark.parametrize(
    ("request_text", "status", "body"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"404 Not Found", b"404 Not Found"),
        (b"GET /metrics/ HTTP/1.1\r\n\r\n", b"404 Not Found", b"404 Not Found"),
        (b"HEAD /other HTTP/1.1\r\n\r\n", b"404 Not Found", b""),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", b""),
        (b"garbage", b"400 Bad Request", b""),
        (b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", b"400 Bad Request", b""),
        (
            b"GET /metrics HTTP/1.1\r\nAccept: image/png\r\n\r\n",
            b"415 Unsupported Media Type",
            b"415 Unsupported Media Type",
        ),
    ],
)
def test_other_requests_are_refused_and_the_connection_is_kept(
    connection: Connection, request_text: bytes, status: bytes, body: bytes
) -> None:
    head, said = connection.ask(request_text)
    assert head.startswith(b"HTTP/1.1 " + status)
    assert said == body
    assert FORGING in connection.ask()[1]


def test_a_line_that_has_a_route_is_a_request_whatever_follows() -> None:
    found = answer(b"GET /metrics", lambda: "page", 0.0)
    assert found.is_page
    assert found.content.endswith(b"\r\n\r\npage")


def test_open_metrics_is_only_another_content_type() -> None:
    request = b"GET /metrics HTTP/1.1\r\naccept: application/openmetrics-text;q=0.5\r\n\r\n"
    content = answer(request, lambda: "page", 0.0).content
    assert b"Content-Type: application/openmetrics-text;version=1.0.0;charset=utf-8\r\n" in content


def test_content_length_counts_characters() -> None:
    head, _, body = answer(GET, lambda: "\u00e5\n", 0.0).content.partition(b"\r\n\r\n")
    assert b"Content-Length: 2\r\n" in head
    assert len(body) == 3


def padded(length: int) -> bytes:
    return GET[:-2] + b"X: " + b"x" * (length - len(GET) - 5) + b"\r\n\r\n"


def test_a_read_of_2047_bytes_is_a_request_and_a_longer_one_ends_the_connection(
    connection: Connection,
) -> None:
    assert len(padded(2047)) == 2047
    assert FORGING in connection.ask(padded(2047))[1]
    connection.send(padded(2048))
    assert connection.seconds_until_closed() < 10


def test_each_read_is_a_request(connection: Connection) -> None:
    assert connection.ask(GET[:8])[0].startswith(b"HTTP/1.1 404")
    assert connection.ask(GET[8:])[0].startswith(b"HTTP/1.1 404")
    assert FORGING in connection.ask(GET + GET)[1]  # two in one read have one answer
    assert connection.ask(HEAD)[1] == b""


def test_silence_ends_a_connection_and_a_request_begins_it_anew(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_METRICS_SILENCE_SECONDS="1") as node:
        node.wait_until_up()
        with Connection(node.metrics_port) as connection:
            began = time.monotonic()
            while time.monotonic() - began < 1.5:
                connection.ask()
            assert 0.5 < connection.seconds_until_closed() < 10


def test_a_server_that_closes_each_time_closes_after_one_answer(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_METRICS_CLOSE="true") as node:
        node.wait_until_up()
        with Connection(node.metrics_port) as connection:
            assert FORGING in connection.ask()[1]
            assert connection.seconds_until_closed() < 10
        assert node.forging_metric() == 0
        assert node.forging_metric() == 0


def seconds_of_a_page(connection: Connection) -> float:
    began = time.monotonic()
    connection.ask()
    return time.monotonic() - began


def test_a_page_takes_as_long_as_it_is_told_and_connections_do_not_wait_for_each_other(
    home: Path,
) -> None:
    slow = home / "seconds"
    with StandinProcess.start(
        home, STANDIN_METRICS_SECONDS="0.3", STANDIN_METRICS_SECONDS_FILE=str(slow)
    ) as node:
        node.wait_until_up()
        with Connection(node.metrics_port) as one, Connection(node.metrics_port) as other:
            assert 0.3 <= seconds_of_a_page(one) < 5
            slow.write_text("1.5")
            began = time.monotonic()
            one.send(GET)
            node.wait_for(lambda: other.ask(b"GET / HTTP/1.1")[1] != b"", "an answer at once")
            one.answer()
            assert 1.5 <= time.monotonic() - began < 10
            slow.unlink()
            assert 0.3 <= seconds_of_a_page(other) < 5


def test_a_slow_page_says_what_was_true_when_it_was_asked_for(home: Path) -> None:
    with StandinProcess.start(home, STANDIN_METRICS_SECONDS="1") as node:
        node.wait_until_up()
        with Connection(node.metrics_port) as connection:
            connection.ask()
            connection.send(GET)
            time.sleep(0.3)
            node.hang_up()
            node.wait_for_line("forging on by SIGHUP 1")
            assert FORGING + b"0" in connection.answer()[1]
            assert FORGING + b"1" in connection.ask()[1]


def test_a_page_that_takes_longer_than_the_silence_is_never_sent(home: Path) -> None:
    with StandinProcess.start(
        home, STANDIN_METRICS_SECONDS="30", STANDIN_METRICS_SILENCE_SECONDS="0.5"
    ) as node:
        node.wait_until_up()
        with Connection(node.metrics_port) as connection:
            connection.send(GET)
            assert 0.4 < connection.seconds_until_closed() < 10

"""The forging metric: every answer is one of four, whatever the server does, within its time."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.moment import Moment
from forge_manager.node.address import Address
from forge_manager.node.metric import Forging, ForgingMetric, Reading
from forge_manager.node.page_client import node_page
from tests.support.keys import Pool
from tests.support.standin import StandinProcess, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "cardano_node_metrics_forging_enabled_int"
ON = b"cardano_node_metrics_forging_enabled_int 1\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def _metric(port: int, seconds: float = 30.0, name: str = NAME) -> ForgingMetric:
    page = node_page(Address.parse(f"http://127.0.0.1:{port}/metrics"), seconds=seconds)
    return ForgingMetric(page, name)


@contextmanager
def _server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server whose one connection is handed to `serve`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                try:
                    connection.recv(65536)
                    serve(connection)
                except OSError:  # the client has had enough
                    return

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join(20)


def _answered(answer: bytes, name: str = NAME) -> Reading:
    with _server(lambda connection: connection.sendall(answer)) as port:
        return _scraped(_metric(port, name=name))


def _scraped(metric: ForgingMetric) -> Reading:
    with closing(metric):
        return metric.scrape()


def _page(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    ("body", "forging"),
    [
        (b"cardano_node_metrics_forging_enabled_int 1\n", Forging.ON),
        (b"cardano_node_metrics_forging_enabled_int 0\n", Forging.OFF),
        (b"cardano_node_metrics_forging_enabled 1\n", Forging.ON),
        (b"a 1\ncardano_node_metrics_forging_enabled 0.0 1700000000000", Forging.OFF),
        (b'cardano_node_metrics_forging_enabled_int{a="} 7",b="x"} 1\r\n', Forging.ON),
        (b"# TYPE cardano_node_metrics_forging_enabled_int gauge\n", Forging.ABSENT),
        (b"xcardano_node_metrics_forging_enabled_int 1\n", Forging.ABSENT),
        (b"cardano_node_metrics_forging_enabled_int_total 1\n", Forging.ABSENT),
        (b"", Forging.ABSENT),
        (b"cardano_node_metrics_forging_enabled_int 2\n", Forging.UNKNOWN),
        (b"cardano_node_metrics_forging_enabled_int NaN\n", Forging.UNKNOWN),
        (b"cardano_node_metrics_forging_enabled_int one\n", Forging.UNKNOWN),
        (b"cardano_node_metrics_forging_enabled 0\n" + ON, Forging.UNKNOWN),
    ],
)
@pytest.mark.parametrize("name", [NAME, NAME.removesuffix("_int")])
def test_values_and_names(body: bytes, forging: Forging, name: str) -> None:
    assert _answered(_page(body), name).forging is forging


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"\r\n" + ON,  # to the end of the connection
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(ON), ON),
        b"HTTP/1.0 200 OK\r\n\r\n" + ON,
        b"HTTP/1.1 100 Continue\r\n\r\n" + _page(ON),
    ],
)
def test_every_way_to_frame_an_answer(answer: bytes) -> None:
    assert _answered(answer).forging is Forging.ON


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"", "cut short or not HTTP"),
        (_page(ON)[:-1], "cut short or not HTTP"),
        (b"SSH-2.0-OpenSSH\r\n", "cut short or not HTTP"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000, "cut short or not HTTP"),
        (HEAD + b"\r\n" + b"x" * (5 << 20), "longer than"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 180_000, "longer than"),
    ],
)
def test_no_whole_answer_is_unknown(answer: bytes, detail: str) -> None:
    reading = _answered(answer)
    assert reading.forging is Forging.UNKNOWN
    assert detail in reading.detail


def test_nobody_there_is_unknown() -> None:
    reading = _scraped(_metric(free_port()))
    assert (reading.forging, reading.detail) == (
        Forging.UNKNOWN,
        "connection failed: Connection refused",
    )


def test_a_server_that_drips_has_the_whole_time_and_no_more() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"\n")
            time.sleep(0.02)

    with _server(drip) as port:
        began = time.monotonic()
        reading = _scraped(_metric(port, seconds=0.3))
        took = time.monotonic() - began
    assert (reading.forging, reading.detail) == (
        Forging.UNKNOWN,
        "no complete answer within 0.3 s",
    )
    assert took < 5  # the server goes on for ten


def test_a_scrape_notes_when_it_began_and_was_answered() -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(0.1)
        connection.sendall(_page(ON))

    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    with _server(late) as port:
        reading = _scraped(_metric(port))
    after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert before <= reading.begun_ns <= reading.answered_ns - 100_000_000 <= after


@given(st.binary(max_size=300))
def test_no_text_raises(body: bytes) -> None:
    forging, _ = _metric(1)._read(b"\n" + NAME.encode() + body)
    assert forging in Forging


def test_a_hostile_page_is_read_quickly() -> None:
    sample = NAME.encode() + b"{" + b"} " * 1_000_000 + b"\n"
    began = time.thread_time()
    _metric(1)._read(sample + b"\n" * 1_000_000 + NAME.encode() * 20_000)
    assert time.thread_time() - began < 1.0


def test_the_stand_in_before_and_after_its_first_signal(tmp_path: Path) -> None:
    Pool.generate(b"metric").issue().write(_made(tmp_path / "keys"))
    with StandinProcess.start(tmp_path) as node:
        node.wait_until_up()
        metric = _metric(node.metrics_port)
        assert _scraped(metric).forging is Forging.OFF
        node.hang_up()
        node.wait_for_line("forging on")
        assert _scraped(metric).forging is Forging.ON


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "127.0.0.1:1", "http:///metrics", "http://h:x/"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"http|[Pp]ort"):
        Address.parse(url)


def test_a_scrape_is_dated_from_before_it_asks() -> None:
    times = iter(range(1, 100))
    told: list[int] = []

    class Page:
        def wait_until_allowed(self) -> None:
            told.append(next(times))

        def get(self) -> bytes:
            told.append(next(times))
            return ON

        def close(self) -> None:
            raise AssertionError

    reading = ForgingMetric(Page(), NAME, clocks=lambda: Moment(next(times), 0)).scrape()
    allowed, asked = told
    assert allowed < reading.begun_ns < asked < reading.answered_ns
    assert reading.forging is Forging.ON


@pytest.mark.parametrize(
    ("line", "version"),
    [
        (
            b'cardano_node_metrics_cardano_build_info{version_major="10",version="10.1.4"} 1\n',
            "10.1.4",
        ),
        (b'cardano_node_metrics_cardano_build_info{compiler_version="9.6.6"} 1\n', ""),
        (b"", ""),
    ],
)
def test_the_node_says_its_version_on_the_page(line: bytes, version: str) -> None:
    assert _answered(HEAD + b"\r\n" + line + ON).version == version

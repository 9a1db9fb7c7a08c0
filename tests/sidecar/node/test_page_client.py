"""One kept connection: few new ones, and no answer that belongs to another question."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.pace import TokenBucket
from forge_manager.node.address import Address
from forge_manager.node.page_client import FetchError, PageClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 1000
CLOSES = "closes the connection after each answer"


@dataclass
class Server:
    """Answers each read as `answer` says: bytes, or None to close. Counts what it was asked."""

    answer: Callable[[int, int], bytes | None]  # of connection and request, both from 0
    port: int = 0
    connections: int = 0
    requests: int = 0
    open: list[socket.socket] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            self.open.append(connection)
            threading.Thread(target=self._serve_one, args=(connection, number)).start()

    def _serve_one(self, connection: socket.socket, number: int) -> None:
        with connection:
            request = 0
            while True:
                try:
                    if not connection.recv(2048):
                        return
                    self.requests += 1
                    answer = self.answer(number, request)
                    request += 1
                    if answer is None:
                        return
                    connection.sendall(answer)
                except OSError:
                    return

    def end(self) -> None:
        for connection in self.open:
            connection.close()


@contextmanager
def running(answer: Callable[[int, int], bytes | None]) -> Iterator[Server]:
    server = Server(answer)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    server.end()


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def page_of(server: Server, clock: Clock | None = None, seconds: float = 5) -> PageClient:
    clock = clock or Clock()
    return PageClient(
        Address("127.0.0.1", server.port, "/metrics"),
        seconds=seconds,
        max_bytes=MAX_BYTES,
        connections=TokenBucket(clock, burst=2, every_s=1),
        sleep=clock.sleep,
    )


def ask(page: PageClient) -> bytes:
    page.wait_until_allowed()
    return page.get()


def body(text: bytes, extra: bytes = b"", headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s%s" % (
        headers,
        len(text),
        text,
        extra,
    )


def numbered(_: int, request: int) -> bytes:
    return body(b"%d" % request)


def test_any_number_of_answers_comes_over_one_connection() -> None:
    with running(numbered) as server:
        page = page_of(server)
        assert [ask(page) for _ in range(20)] == [b"%d" % n for n in range(20)]
        assert (server.connections, server.requests) == (1, 20)
        page.close()


def test_what_follows_an_answer_is_not_taken_for_the_next() -> None:
    # A node counts characters: the last bytes of a page with other than ASCII ones are left over.
    def answers(_: int, request: int) -> bytes:
        return body(b"%d" % request, extra=b"\xc3\xa9\n" * 3)

    with running(answers) as server:
        page = page_of(server)
        assert [ask(page) for _ in range(5)] == [b"%d" % n for n in range(5)]
        assert server.connections == 1
        page.close()


def test_an_answer_that_nobody_asked_for_is_thrown_away() -> None:
    def answers(_: int, request: int) -> bytes:
        return body(b"%d" % request) + body(b"stale")

    with running(answers) as server:
        page = page_of(server)
        assert [ask(page) for _ in range(5)] == [b"%d" % n for n in range(5)]
        page.close()


@pytest.mark.parametrize(
    "answer",
    [
        body(b"x", headers=b"Connection: close\r\n"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
    ],
)
def test_a_server_that_closes_each_time_is_asked_once_a_second_and_told_of_once(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    times = []
    with running(lambda *_: answer) as server:
        page = page_of(server, clock)
        for _ in range(6):
            assert ask(page) == b"x"
            times.append(clock.now)
        assert server.connections == 6
    assert times[:2] == [0, 0]
    assert all(later - earlier == pytest.approx(1) for earlier, later in pairwise(times[1:]))
    assert caplog.text.count(CLOSES) == 1


def test_a_server_that_closed_in_silence_is_asked_again_at_once() -> None:
    def answers(_: int, request: int) -> bytes | None:
        return numbered(0, request) if request < 2 else None

    with running(answers) as server:
        page = page_of(server)
        assert [ask(page) for _ in range(3)] == [b"0", b"1", b"0"]
        assert server.connections == 2
        page.close()


def test_a_server_that_takes_every_request_and_answers_none_is_not_asked_for_ever() -> None:
    with running(lambda connection, _: body(b"x") if connection == 0 else None) as server:
        page = page_of(server)
        assert ask(page) == b"x"
        server.answer = lambda *_: None
        with pytest.raises(FetchError, match="cut short"):
            ask(page)
        assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (body(b"x" * (2 * MAX_BYTES)), "longer than"),
    ],
)
def test_a_connection_that_gave_no_whole_answer_is_not_kept(answer: bytes, why: str) -> None:
    with running(lambda connection, _: answer if connection == 0 else body(b"x")) as server:
        page = page_of(server)
        with pytest.raises(FetchError, match=why):
            ask(page)
        assert ask(page) == b"x"
        assert server.connections == 2
        page.close()


def test_an_answer_that_comes_too_late_is_never_taken_for_the_next() -> None:
    answered = threading.Event()

    def answers(connection: int, _: int) -> bytes:
        if connection == 0:
            answered.wait(10)
            return body(b"late")
        return body(b"new")

    with running(answers) as server:
        page = page_of(server, seconds=0.2)
        with pytest.raises(FetchError, match=r"no complete answer within 0\.2 s"):
            ask(page)
        answered.set()
        assert ask(page) == b"new"
        page.close()


def test_a_deadline_that_has_passed_is_not_a_time_out_of_range() -> None:
    """This process was stopped for a while between two looks at the clock."""
    clock = iter([0.0, 100.0]).__next__
    page = PageClient(
        Address("127.0.0.1", 1, "/"),
        seconds=5,
        max_bytes=1,
        connections=TokenBucket(lambda: 0.0, burst=1, every_s=1),
        clock=clock,
    )
    with pytest.raises(FetchError, match="no complete answer within 5 s"):
        page.get()


def test_a_connection_on_which_too_much_comes_unasked_is_not_kept() -> None:
    with running(numbered) as server:
        page = page_of(server)
        assert ask(page) == b"0"
        server.open[0].sendall(b"y" * (2 * MAX_BYTES))
        assert ask(page) == b"0"
        assert server.connections == 2
        page.close()

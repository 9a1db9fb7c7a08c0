"""Who listens on a socket, by real sockets of real processes, and how often that is asked."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.node import peer as peer_module
from forge_manager.node.listening import read_list
from forge_manager.node.peer import NodeSocket
from forge_manager.node.process import NodeProcess, identify
from tests.sidecar.node.programs import listener, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node.socket"


class Listener:
    """A socket of this process that counts whoever connects; it accepts when it is told to."""

    def __init__(self, name: str, *, backlog: int = 64) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(name)
        self._socket.listen(backlog)
        self._socket.setblocking(False)
        self._accepted = 0

    def accept(self) -> None:
        """Accept all who wait."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.accept()[0].close()
                self._accepted += 1

    def accepted(self) -> int:
        """Accept all who wait, and return how many there were since this was last asked."""
        self.accept()
        count, self._accepted = self._accepted, 0
        return count

    def close(self) -> None:
        self._socket.close()


@contextlib.contextmanager
def listening(name: str | Path, *, backlog: int = 64) -> Iterator[Listener]:
    made = Listener(str(name), backlog=backlog)
    try:
        yield made
    finally:
        made.close()


def holds(node: NodeSocket) -> NodeProcess | None:
    """Hold whoever listens for a moment."""
    held = node.hold()
    if held is None:
        return None
    with held:
        return held.process


def test_the_peer_is_the_process_that_listens(path: Path) -> None:
    with listener(path) as process:
        assert holds(NodeSocket(path)) == identify(process.pid)
        assert NodeSocket(path).check() is Reason.NODE_SOCKET_ACCEPTS


def test_a_frozen_listener_is_still_the_peer(path: Path) -> None:
    with listener(path) as process:
        process.send_signal(signal.SIGSTOP)
        held = NodeSocket(path).hold()
        assert held is not None
        with held:
            assert held.process.pid == process.pid


def test_a_file_that_a_crash_left_proves_nothing(path: Path) -> None:
    node = NodeSocket(path)
    with listener(path) as process:
        assert holds(node) is not None
        process.kill()
        process.wait()
        assert path.exists()
        assert node.check() is Reason.NODE_SOCKET_REFUSED
        assert holds(node) is None


def test_a_full_backlog_does_not_block(path: Path) -> None:
    node = NodeSocket(path)
    with listener(path, backlog=0), socket.socket(socket.AF_UNIX) as first:
        first.connect(str(path))
        assert holds(node) is None
        assert node.check() is Reason.NODE_SOCKET_BUSY


def test_no_socket_and_no_access(path: Path) -> None:
    assert NodeSocket(path).check() is Reason.NODE_SOCKET_MISSING
    path.mkdir()
    assert NodeSocket(path).check() is Reason.NODE_SOCKET_REFUSED
    assert NodeSocket(path / ("x" * 200)).check() is Reason.NODE_SOCKET_UNREACHABLE
    assert holds(NodeSocket(path)) is None


def test_a_listener_that_ends_meanwhile_is_not_mistaken_for_its_successor(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel gives its number away between the connection and the look at /proc."""
    with listener(path) as process, named("successor") as successor:

        def reused(pid: int) -> NodeProcess | None:
            assert pid == process.pid
            process.kill()
            process.wait()
            return identify(successor.pid)

        monkeypatch.setattr(peer_module, "identify", reused)
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert NodeSocket(path).hold() is None
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_listener_is_connected_to_once_however_often_it_is_asked_for(path: Path) -> None:
    node = NodeSocket(path)
    with listening(path) as first:
        for _ in range(20):
            assert node.check() is Reason.NODE_SOCKET_ACCEPTS
            assert holds(node) == identify(os.getpid())
            first.accept()
        assert first.accepted() == 1
    assert node.check() is Reason.NODE_SOCKET_REFUSED
    path.unlink()
    assert node.check() is Reason.NODE_SOCKET_MISSING
    with listening(path) as second:
        for _ in range(20):
            assert holds(node) == identify(os.getpid())
            assert node.check() is Reason.NODE_SOCKET_ACCEPTS
            second.accept()
        assert second.accepted() == 1


def test_while_a_connection_waits_to_be_accepted_more_are_made(path: Path) -> None:
    """One that never accepts listens as well: that its backlog is full is all that tells."""
    node = NodeSocket(path)
    with listening(path, backlog=2) as listener:
        tried = [node.check() for _ in range(6)]
        assert tried == [Reason.NODE_SOCKET_ACCEPTS] * 4 + [Reason.NODE_SOCKET_BUSY] * 2
        assert listener.accepted() == 3
        assert [node.check() for _ in range(2)] == [Reason.NODE_SOCKET_ACCEPTS] * 2
        assert listener.accepted() == 1
        assert node.check() is Reason.NODE_SOCKET_ACCEPTS
        assert listener.accepted() == 0


def test_who_does_not_accept_is_still_held(path: Path) -> None:
    node = NodeSocket(path)
    with listener(path, backlog=1) as process:
        assert [node.check() for _ in range(2)] == [Reason.NODE_SOCKET_ACCEPTS] * 2
        assert holds(node) == identify(process.pid)


def test_one_that_is_told_to_connect_connects(path: Path) -> None:
    node = NodeSocket(path)
    with listening(path) as listener:
        for _ in range(3):
            assert node.check(connect=True) is Reason.NODE_SOCKET_ACCEPTS
            listener.accept()
        assert listener.accepted() == 3


def test_the_text_that_the_node_bound_need_not_be_our_path(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    node = NodeSocket(path)
    with listening("./node.socket") as bound:
        for _ in range(5):
            assert node.check() is Reason.NODE_SOCKET_ACCEPTS
            bound.accept()
        assert bound.accepted() == 1


def test_two_listeners_of_one_name_are_told_apart_by_connecting(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two containers, or two pods under hostNetwork, each with a file of its own."""
    (tmp_path / "other").mkdir()
    node = NodeSocket(path)
    monkeypatch.chdir(tmp_path)
    with listening("node.socket") as own:
        monkeypatch.chdir(tmp_path / "other")
        with listening("node.socket") as other:
            for _ in range(5):
                assert node.check() is Reason.NODE_SOCKET_ACCEPTS
                own.accept()
            assert own.accepted() == 5
            own.close()
            assert node.check() is Reason.NODE_SOCKET_REFUSED
            assert holds(node) is None
            assert other.accepted() == 0


def test_one_listener_whose_file_was_replaced_is_not_taken_for_the_new_ones(path: Path) -> None:
    node = NodeSocket(path)
    with listening(path) as old:
        assert node.check() is Reason.NODE_SOCKET_ACCEPTS
        path.unlink()
        assert node.check() is Reason.NODE_SOCKET_MISSING
        with listening(path) as new:
            assert node.check() is Reason.NODE_SOCKET_ACCEPTS
            assert (old.accepted(), new.accepted()) == (1, 1)


@pytest.mark.parametrize(
    "read", [lambda: None, lambda: b"", lambda: b"Num\nrubbish\n"], ids=["none", "empty", "rubbish"]
)
def test_without_the_list_it_connects_each_time(
    path: Path, read: Callable[[], bytes | None]
) -> None:
    node = NodeSocket(path, read)
    with listening(path) as listener:
        assert [node.check() for _ in range(3)] == [Reason.NODE_SOCKET_ACCEPTS] * 3
        assert holds(node) == identify(os.getpid())
        assert listener.accepted() == 4


def test_a_list_with_a_forged_second_entry_costs_connections_and_proves_nothing(
    path: Path,
) -> None:
    forged = [b""]

    def read() -> bytes | None:
        content = read_list()
        return None if content is None else content + forged[0]

    node = NodeSocket(path, read)
    with listening(path) as listener:
        assert node.check() is Reason.NODE_SOCKET_ACCEPTS
        line = f"0: 00000002 00000000 00010000 0001 01 1 {path}\n"
        forged[0] = line.encode()
        assert node.check() is Reason.NODE_SOCKET_ACCEPTS
        assert listener.accepted() == 2
    assert node.check() is Reason.NODE_SOCKET_REFUSED


def test_a_process_that_cannot_be_seen_is_not_asked_for_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a shared process namespace the kernel says 0 (pid_namespaces(7))."""

    class Unseen:
        size = 12

        def unpack(self, _: bytes) -> tuple[int, int, int]:
            return 0, 0, 0

    monkeypatch.setattr(peer_module, "_UCRED", Unseen())
    node = NodeSocket(path)
    with listening(path) as listener:
        assert [holds(node) for _ in range(5)] == [None] * 5
        assert listener.accepted() == 1


def test_a_process_that_could_not_be_read_is_looked_for_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [None, identify(os.getpid())]
    node = NodeSocket(path)
    with listening(path):
        monkeypatch.setattr(peer_module, "identify", lambda _: answers.pop(0))
        assert holds(node) is None
        assert holds(node) == identify(os.getpid())

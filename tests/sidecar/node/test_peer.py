"""Who listens on a socket, by real sockets of real processes."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from forge_manager.guard.protocol import NodeProcess
from forge_manager.node import peer as peer_module
from forge_manager.node.peer import check_socket, hold_peer
from forge_manager.node.process import identify
from forge_manager.reasons import Reason
from tests.sidecar.node.programs import listener, named


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node.socket"


def test_the_peer_is_the_process_that_listens(path: Path) -> None:
    with listener(path) as process:
        found = hold_peer(path)
        assert found.reason is check_socket(path) is Reason.NODE_SOCKET_ACCEPTS
        assert found.held is not None
        with found.held:
            assert found.held.process == identify(process.pid)


def test_a_frozen_listener_is_still_the_peer(path: Path) -> None:
    with listener(path) as process:
        process.send_signal(signal.SIGSTOP)
        held = hold_peer(path).held
        assert held is not None
        with held:
            assert held.process.pid == process.pid


def test_a_file_that_a_crash_left_proves_nothing(path: Path) -> None:
    with listener(path) as process:
        process.kill()
        process.wait()
        assert path.exists()
        assert hold_peer(path) == (Reason.NODE_SOCKET_REFUSED, None)


def test_a_full_backlog_does_not_block(path: Path) -> None:
    with listener(path, backlog=0), socket.socket(socket.AF_UNIX) as first:
        first.connect(str(path))
        assert hold_peer(path) == (Reason.NODE_SOCKET_BUSY, None)


def test_no_socket_and_no_access(path: Path) -> None:
    assert hold_peer(path) == (Reason.NODE_SOCKET_MISSING, None)
    path.mkdir()
    assert hold_peer(path).reason is Reason.NODE_SOCKET_REFUSED
    assert hold_peer(path / ("x" * 200)).reason is Reason.NODE_SOCKET_UNREACHABLE


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
        assert hold_peer(path) == (Reason.NODE_SOCKET_ACCEPTS, None)
        assert len(list(Path("/proc/self/fd").iterdir())) == before

"""When the guard ends, when it does not, and what a second one does."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.fence.live_keys import LiveKeys
from tests.sidecar.guard.pod import GuardProcess, Pod, end_of, process_of
from tests.sidecar.node.programs import listener
from tests.sidecar.process.sidecar_process import command
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_a_node_it_ends_at_once(pod: Pod, number: int) -> None:
    with pod.guard() as guard:
        guard.wait_for(None)
        assert guard.end(number) == 0


def test_it_guards_on_until_the_node_has_ended(pod: Pod) -> None:
    with listener(pod.socket) as running:
        node = process_of(running)
        pod.publish(node, seconds=60)
        with pod.guard() as guard:
            guard.wait_for(node)
            guard.process.send_signal(signal.SIGTERM)
            until(lambda: guard.said("asked to stop; guarding until the node has stopped"))
            guard.wait_for(node)
            until_ns = pod.publish(node, seconds=0.1)
            assert end_of(node) - until_ns < SECOND
            assert guard.process.wait(timeout=5) == 0


def test_a_signal_that_is_for_the_node_does_not_end_it(pod: Pod) -> None:
    with pod.guard() as guard:
        guard.wait_for(None)
        guard.process.send_signal(signal.SIGHUP)
        guard.wait_for(None)


def test_a_second_guard_waits_for_the_end_of_the_first(pod: Pod) -> None:
    pod.provision()
    pod.publish(None, off=True)
    with pod.guard() as first, pod.guard() as second:
        until(lambda: _waits(first) or _waits(second), "one to wait")
        working, waiting = (second, first) if _waits(first) else (first, second)
        working.wait_for(None)
        working.end(signal.SIGKILL)
        (pod.target / "..live").unlink()
        until(lambda: pod.live is LiveKeys.ALL, "the second guard's work")
        waiting.wait_for(None)
        assert waiting.end(signal.SIGTERM) == 0


def _waits(guard: GuardProcess) -> bool:
    return bool(guard.said("another guard is still running; waiting for it to exit"))


def test_a_guard_that_waits_ends_when_told(pod: Pod) -> None:
    with pod.guard() as first:
        first.wait_for(None)
        with pod.guard() as second:
            until(lambda: _waits(second), "it to wait")
            assert second.end(signal.SIGTERM) == 0
        first.wait_for(None)


def test_wrong_settings_are_named_and_nothing_starts(pod: Pod) -> None:
    variables = {"NODE_CONTROL": "maybe", "STATE_DIR": "relative", "LOG_LEVEL": "LOUD"}
    ended = subprocess.run(
        command("guard"),
        env=pod.environment() | variables,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 2
    assert [line.split("=")[0] for line in ended.stderr.splitlines()] == [
        f"forge-manager: {name}" for name in ("STATE_DIR", "NODE_CONTROL", "LOG_LEVEL")
    ]


def test_a_state_volume_that_is_missing_is_said_and_survived(pod: Pod) -> None:
    pod.provision()
    pod.state_directory.rmdir()
    with pod.guard() as guard:
        until(lambda: pod.live is LiveKeys.ALL, "the keys")
        until(lambda: guard.said("part of the guard's work failed"), "the complaint")
        assert guard.said("no lock on the state volume; guarding without one")
        pod.state_directory.mkdir()
        guard.wait_for(None)
        assert len(guard.said("part of the guard's work failed")) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount")
def test_a_full_state_volume_changes_nothing(pod: Pod) -> None:
    with full_when_told(pod) as fill, listener(pod.socket) as running:
        node = process_of(running)
        pod.publish(node, seconds=60)
        with pod.guard() as guard:
            guard.wait_for(node)
            pod.publish(node, seconds=60)
            fill()
            beat = pod.state.heartbeat()
            until(lambda: pod.state.heartbeat() != beat, "another heartbeat")
            until_ns = pod.publish(node, seconds=0.5)
            assert 0 < end_of(node) - until_ns < SECOND
            assert not guard.said("part of the guard's work failed")


@contextmanager
def full_when_told(pod: Pod) -> Iterator[Callable[[], None]]:
    """Give the pod a small state volume in memory, and what leaves no room on it."""
    where = str(pod.state_directory)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", where], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")

    def fill() -> None:
        for number in range(100):  # in pages, until not one is left
            with suppress(OSError):
                (pod.state_directory / f"filler-{number}").write_bytes(bytes(1 << 12))
        with pytest.raises(OSError, match="No space left"):
            (pod.state_directory / "another").write_bytes(b"1")

    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)

"""A real guard ends a real process when its permission is over, and only then."""

from __future__ import annotations

import os
import re
import signal
import statistics
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.clocks import read_clocks
from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.fence.protocol import FENCE_FILE
from forge_manager.node.process import NodeProcess
from tests.sidecar.guard.pod import SHORT, GuardProcess, Pod, end_of, process_of, report
from tests.sidecar.node.programs import listener
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

IN_TIME_NS = 200 * MILLISECOND
#: For a single time on a machine that is busy with other tests: `in time` is the median's business.
SOON_NS = SECOND
LONG = 60.0  # seconds, longer than any test


@contextmanager
def guarded_node(pod: Pod) -> Iterator[tuple[GuardProcess, subprocess.Popen[bytes], NodeProcess]]:
    """A node that listens, a permission for it, and a guard that has seen both."""
    with ExitStack() as stack:
        pod.publish(None, off=True)
        running = stack.enter_context(listener(pod.socket))
        node = process_of(running)
        pod.publish(node, seconds=LONG)
        guard = stack.enter_context(pod.guard())
        guard.wait_for(node)
        yield guard, running, node


def assert_lives_for(running: subprocess.Popen[bytes], seconds: float) -> None:
    """Look for a while: that nothing happens has no condition to wait for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert running.poll() is None
        time.sleep(0.02)


def test_it_kills_within_200_ms_of_the_fence(pod: Pod) -> None:
    delays = []
    pod.publish(None, off=True)
    with pod.guard() as guard:
        for _ in range(7):
            with listener(pod.socket) as running:
                node = process_of(running)
                until_ns = pod.publish(node, seconds=0.15)
                delays.append(end_of(node) - until_ns)
            pod.socket.unlink()
            guard.wait_for(None)
    shown = [round(delay / MILLISECOND) for delay in delays]
    report(f"killed after the fence: median {statistics.median(shown)} ms of {shown}")
    assert min(delays) > 0
    assert statistics.median(delays) < IN_TIME_NS


def test_a_forging_node_stops_in_time_by_its_own_witness(pod: Pod) -> None:
    pod.provision()
    pod.publish(None, off=True)
    with pod.guard() as guard:
        until(lambda: pod.live.value == "all", "the keys before the node's first start")
        with pod.node() as node:
            process = process_of(node.wait_until_up().process)
            guard.wait_for(process)
            pod.publish(process, seconds=LONG)
            pod.node_keys.put_live()
            node.hang_up()
            node.wait_for_line("tick")
            until_ns = pod.publish(process, seconds=0.2)
            offset_ns = read_clocks().offset_ns
            assert node.wait_for_exit() == -signal.SIGKILL
            ticks = re.findall(r"^(\S+) \S+ tick", node.output, re.MULTILINE)
    last = datetime.fromisoformat(ticks[-1]).astimezone(UTC).timestamp()
    assert last * SECOND - offset_ns < until_ns + SOON_NS
    killed = guard.said("node killed")
    assert [(event["reason"], event["pid"]) for event in killed] == [("FencePassed", process.pid)]


def test_a_renewed_fence_lets_the_node_live(pod: Pod) -> None:
    with guarded_node(pod) as (guard, running, node):
        first_ns = pod.publish(node, seconds=SHORT)
        while read_clocks().boot_ns < first_ns + SOON_NS:
            assert_lives_for(running, 0.15)
            pod.publish(node, seconds=SHORT)
        pod.publish(node, seconds=LONG)
        assert guard.said("node killed") == []


def test_a_node_known_to_be_off_outlives_its_fence(pod: Pod) -> None:
    with guarded_node(pod) as (_, running, node):
        pod.publish(node, off=True)
        assert_lives_for(running, 0.3)


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff" * 100_000])
def test_a_fence_that_is_lost_runs_on_as_it_was_read(pod: Pod, content: bytes | None) -> None:
    with guarded_node(pod) as (guard, running, node):
        until_ns = pod.publish(node, seconds=SHORT)
        guard.wait_for(node)
        fence = pod.state_directory / FENCE_FILE
        if content is None:
            fence.unlink()
        else:
            fence.write_bytes(content)
        guard.wait_for(None)  # it does not seem to guard what it cannot
        assert running.poll() is None
        assert 0 < end_of(node) - until_ns < SOON_NS


@pytest.mark.parametrize("kind", ["another boot", "a FIFO", "a directory", "missing", "cut short"])
def test_a_guard_that_finds_no_fence_permits_nothing(pod: Pod, kind: str) -> None:
    fence = pod.state_directory / FENCE_FILE
    with listener(pod.socket) as running:
        node = process_of(running)
        pod.publish(node, seconds=LONG, boot_id="another" if kind == "another boot" else None)
        if kind == "cut short":
            fence.write_bytes(fence.read_bytes()[:-9])
        elif kind != "another boot":
            fence.unlink()
        if kind == "a FIFO":
            os.mkfifo(fence)
        if kind == "a directory":
            fence.mkdir()
        with pod.guard() as guard:
            end_of(node)
            until(lambda: guard.said("node killed"), "the log of the kill")
    assert guard.said("node killed")[0]["reason"] == "FenceUnreadable"


def test_a_guard_that_is_restarted_takes_over_the_fence(pod: Pod) -> None:
    """The node's socket is gone: the fence alone says who it is."""
    with guarded_node(pod) as (guard, _, node):
        until_ns = pod.publish(node, seconds=SHORT)
        pod.keep_fuse()
        pod.socket.unlink()
        guard.end(signal.SIGKILL)
        with pod.guard() as successor:
            successor.wait_for(node)
            assert 0 < end_of(node) - until_ns < SOON_NS


def test_a_guard_that_was_frozen_kills_as_soon_as_it_runs(pod: Pod) -> None:
    with guarded_node(pod) as (guard, running, node):
        guard.freeze()
        until_ns = pod.publish(node, seconds=0.1)
        until(lambda: read_clocks().boot_ns > until_ns, "the end of the fence")
        assert_lives_for(running, 0.2)
        beat = pod.state.heartbeat()
        assert beat is not None
        assert beat.beat_ns < until_ns  # by which the manager notices
        thawed_ns = read_clocks().boot_ns
        guard.thaw()
        assert end_of(node) - thawed_ns < SOON_NS


def test_a_guard_that_was_frozen_finds_a_renewed_fence(pod: Pod) -> None:
    with guarded_node(pod) as (guard, running, node):
        first_ns = pod.publish(node, seconds=SHORT)
        guard.freeze()
        pod.publish(node, seconds=LONG)
        until(lambda: read_clocks().boot_ns > first_ns, "the end of the first fence")
        guard.thaw()
        guard.wait_for(node)
        assert_lives_for(running, 0.2)


def test_a_frozen_node_is_still_the_node_and_dies_at_its_fence(pod: Pod) -> None:
    with guarded_node(pod) as (guard, running, node):
        running.send_signal(signal.SIGSTOP)
        assert_lives_for(running, 0.2)
        guard.wait_for(node)
        until_ns = pod.publish(node, seconds=0.2)
        assert 0 < end_of(node) - until_ns < SOON_NS


def test_a_later_process_is_not_the_one_that_the_fence_names(pod: Pod) -> None:
    """The fence names this number, with another start: the earlier owner of the number."""
    with listener(pod.socket) as running:
        node = process_of(running)
        pod.publish(node._replace(start_ticks=node.start_ticks - 1))
        with pod.guard() as guard:
            guard.wait_for(node)
            assert_lives_for(running, 0.3)


def test_without_node_control_nothing_is_killed(pod: Pod) -> None:
    with listener(pod.socket) as running, pod.guard(NODE_CONTROL="none") as guard:
        until(lambda: guard.said("node found"), "the node to be found")
        assert_lives_for(running, 0.3)
        assert guard.end(signal.SIGTERM) == 0

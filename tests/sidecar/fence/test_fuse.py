"""The kernel ends the node when the last of manager and guard is gone: real processes."""

from __future__ import annotations

import errno
import fcntl
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.base.moment import SECOND
from forge_manager.fence.fuse import PATIENCE_NS, Fuse, own_timer
from forge_manager.fence.protocol import Fence
from forge_manager.node.process import HeldProcess
from tests.sidecar.guard.pod import SHORT, Pod, end_of, process_of, report
from tests.sidecar.process.sidecar_process import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge_manager.node.process import NodeProcess

#: Follows the fence file for the node that it names, whenever it is told to.
_KEEPER = f"""
import sys
sys.path[:0] = [{str(SOURCE)!r}]
from pathlib import Path
from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.fence.fuse import Fuse
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.node.process import HeldProcess
directory = Path(sys.argv[1])
state, fuse = StateDirectory(directory, read_boot_id()), Fuse(directory)
for line in sys.stdin:
    fence = state.fence()
    fuse.follow(fence, HeldProcess.hold(fence.node), read_clocks())
    print("done", flush=True)
"""


def descriptors() -> list[str]:
    """The open ones of this process."""
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


class Keeper:
    """A process with its part of the fuse, as manager and guard each are one."""

    def __init__(self, pod: Pod) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _KEEPER, str(pod.state_directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def follow(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == b"done\n"

    def end(self, number: int = signal.SIGKILL) -> None:
        """Have it end; its descriptors are closed before it can be waited for."""
        self.process.send_signal(number)
        self.process.wait(timeout=10)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class Trio:
    """A node and its two keepers."""

    def __init__(self, pod: Pod, node: subprocess.Popen[bytes], stack: ExitStack) -> None:
        self.pod = pod
        self.node = node
        self.process: NodeProcess = process_of(node)
        self._stack = stack
        self.keepers = [self.keeper(), self.keeper()]

    def keeper(self) -> Keeper:
        """Start one; it is ended with the test."""
        keeper = Keeper(self.pod)
        self._stack.callback(keeper.close)
        return keeper

    def permit(self, *, seconds: float = 60, off: bool = False) -> int:
        """Publish a fence and have both follow it; returns its CLOCK_BOOTTIME."""
        until_ns = self.pod.publish(self.process, seconds=seconds, off=off)
        for keeper in self.keepers:
            keeper.follow()
        return until_ns

    def node_lives(self) -> bool:
        return self.node.poll() is None


@pytest.fixture
def trio(pod: Pod) -> Iterator[Trio]:
    with ExitStack() as stack:
        node = subprocess.Popen(["sleep", "120"])
        stack.callback(node.wait)
        stack.callback(node.kill)
        yield Trio(pod, node, stack)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
def test_the_node_ends_with_the_last_of_the_two_and_not_before(
    trio: Trio, order: tuple[int, int], how: signal.Signals
) -> None:
    trio.permit()
    first, last = (trio.keepers[n] for n in order)
    first.end(how)
    assert trio.node_lives()
    last.end(how)
    assert trio.node.wait(timeout=10) == -signal.SIGKILL


def test_a_node_that_is_off_outlives_both(trio: Trio) -> None:
    trio.permit()
    trio.permit(off=True)
    for keeper in trio.keepers:
        keeper.end()
    assert trio.node_lives()


def test_one_that_starts_again_takes_part_again(trio: Trio) -> None:
    trio.permit()
    trio.keepers[0].end()
    trio.keepers[0] = trio.keeper()
    trio.permit()
    trio.keepers[1].end()
    assert trio.node_lives()
    trio.keepers[0].end()
    assert trio.node.wait(timeout=10) == -signal.SIGKILL


def test_both_stopped_end_at_the_fence_and_the_node_with_them(trio: Trio) -> None:
    until_ns = trio.permit(seconds=SHORT)
    for keeper in trio.keepers:
        keeper.process.send_signal(signal.SIGSTOP)
    ended_ns = end_of(trio.process)
    report(f"node ended {(ended_ns - until_ns) / 1e6:.0f} ms after the fence, both stopped")
    assert until_ns <= ended_ns < until_ns + PATIENCE_NS + SECOND
    assert [k.process.wait(timeout=10) for k in trio.keepers] == [-signal.SIGKILL] * 2


def test_one_that_renews_is_not_ended_by_its_timer(trio: Trio) -> None:
    first_ns = trio.permit(seconds=SHORT)
    trio.permit(seconds=60)
    held = HeldProcess.hold(process_of(trio.keepers[0].process))
    assert held is not None
    with held:
        waited = (first_ns + 2 * PATIENCE_NS - read_clocks().boot_ns) / SECOND
        assert not held.wait_for_end(waited)


def test_a_timer_is_taken_back_when_nothing_is_permitted_any_more(pod: Pod, trio: Trio) -> None:
    times: list[int] = []
    fuse = Fuse(pod.state_directory, times.append)
    now = read_clocks()
    fence = Fence(read_boot_id(), trio.process, now.boot_ns + SECOND, now.offset_ns, off=False)
    held = HeldProcess.hold(trio.process)
    assert held is not None
    with held:
        fuse.follow(fence, held, now)
        assert times == [fence.forge_until_ns + PATIENCE_NS]
        fuse.follow(fence, held, now)
        fuse.follow(fence._replace(off=True), held, now)
        fuse.follow(fence._replace(off=True), held, now)
        assert times[1:] == [0]
        fuse.follow(fence, held, now)
        fuse.follow(fence, None, now)  # the node has ended
        assert times[3:] == [0]


def fails_and_costs_no_descriptors(pod: Pod, trio: Trio, error: str) -> None:
    pod.publish(trio.process, seconds=60)
    fence = pod.state.fence()
    held = HeldProcess.hold(trio.process)
    assert fence is not None
    assert held is not None
    with held:
        fuse, before = pod.timeless_fuse, descriptors()
        for _ in range(3):
            with pytest.raises(OSError, match=error):
                fuse.follow(fence, held, read_clocks())
        assert descriptors() == before


def test_something_else_in_its_place_is_an_error(pod: Pod, trio: Trio) -> None:
    (pod.state_directory / "fuse-1").write_text("")
    fails_and_costs_no_descriptors(pod, trio, "not a FIFO")


@pytest.mark.parametrize("command", [fcntl.F_SETSIG, fcntl.F_SETFL])
def test_so_is_a_kernel_that_does_not_do_this(
    pod: Pod, trio: Trio, monkeypatch: pytest.MonkeyPatch, command: int
) -> None:
    honest = fcntl.fcntl

    def refusing(descriptor: int, given: int, *rest: int) -> int:
        if given == command:
            raise OSError(errno.EINVAL, "Invalid argument")
        return honest(descriptor, given, *rest)

    monkeypatch.setattr(fcntl, "fcntl", refusing)
    fails_and_costs_no_descriptors(pod, trio, "Invalid argument")


def test_a_real_guard_takes_part(trio: Trio) -> None:
    """Stopped, beside a manager that is dead: its own timer ends it, and that ends the node."""
    with trio.pod.guard() as guard:
        until_ns = trio.permit(seconds=SHORT)
        guard.wait_for(trio.process)
        guard.freeze()
        for keeper in trio.keepers:
            keeper.end()
        assert trio.node_lives()
        ended_ns = end_of(trio.process)
        assert until_ns < ended_ns < until_ns + PATIENCE_NS + SECOND
        assert guard.process.wait(timeout=10) == -signal.SIGKILL


def test_its_files_are_the_user_s_alone(pod: Pod) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        node = process_of(process)
        fuse = Fuse(pod.state_directory, timer=lambda _: None)
        now = read_clocks()
        until_ns = now.boot_ns + 60 * SECOND
        fence = Fence(read_boot_id(), node, until_ns, now.wall_ns + 60 * SECOND, False, ())
        fuse.follow(fence, HeldProcess.hold(node), now)
        modes = {
            path.name: path.stat().st_mode & 0o777 for path in pod.state_directory.glob("fuse-*")
        }
        assert modes == {"fuse-1": 0o600, "fuse-2": 0o600}
    finally:
        process.kill()
        process.wait()


def test_a_timer_that_the_kernel_refuses_is_an_error() -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        own_timer()(-1)

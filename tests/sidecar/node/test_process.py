"""Processes by number and start time: never a later one with the same number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from forge_manager.node.process import (
    HeldProcess,
    NodeProcess,
    has_name,
    identify,
    is_running,
    name_of,
)
from tests.sidecar.node.programs import named
from tests.sidecar.waiting import until

_AFTER_NAME = "S 1 9 9 0 -1 4194560 7 0 0 0 1 2 0 0 20 0 1 0 4711 9 9"


def _open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(
    "name", ["cardano-node", "a b", ") R 1 2 3 (", "))((", "", "a\nb", "x) Z 1"]
)
def test_a_name_may_hold_anything(tmp_path: Path, name: str) -> None:
    (tmp_path / "41").mkdir()
    (tmp_path / "41" / "stat").write_text(f"41 ({name}) {_AFTER_NAME}\n")
    assert identify(41, tmp_path) == NodeProcess(41, 4711)
    assert name_of(41, tmp_path) == name


@pytest.mark.parametrize(
    "content", ["", "41", "41 (cardano-node", "41 (n) S 1", "41 (n) S" + " x" * 40, "\xff" * 9999]
)
def test_what_is_not_a_stat_file_is_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "41").mkdir()
    (tmp_path / "41" / "stat").write_text(content)
    assert identify(41, tmp_path) is None
    assert name_of(41, tmp_path) is None


def test_a_real_process_with_a_hostile_name() -> None:
    with named(") R 1 1 1 (") as process:
        found = identify(process.pid)
        assert found is not None
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - found.start_ticks / os.sysconf("SC_CLK_TCK")
        assert 0 <= age < 10
        assert name_of(process.pid) == ") R 1 1 1 ("


def test_names_are_compared_as_far_as_the_kernel_keeps_them() -> None:
    with named("cardano-node-of-another-build") as process:
        assert has_name(process.pid, "cardano-node-of-another-build")
        assert has_name(process.pid, "cardano-node-of-yet-another")
        assert not has_name(process.pid, "cardano-node")


def test_an_ended_process_is_nobody_even_before_it_is_reaped() -> None:
    with named("node") as process:
        found = identify(process.pid)
        assert found is not None
        held = HeldProcess.hold(found)
        assert held is not None
        with held:
            assert held.alive()
            assert held.ours
            assert held.signal(signal.SIGKILL)
            assert held.wait_for_end(5)
            assert not held.alive()
            assert identify(process.pid) is None  # a zombie: nobody has waited for it
            assert HeldProcess.hold(found) is None
            process.wait()
            assert not held.signal(signal.SIGKILL)


def test_waiting_ends_with_the_process() -> None:
    with named("node") as process:
        found = identify(process.pid)
        held = None if found is None else HeldProcess.hold(found)
        assert held is not None
        with held:
            assert not held.wait_for_end(0.01)
            threading.Timer(0.05, process.kill).start()
            began = time.monotonic()
            assert held.wait_for_end(5)
            assert time.monotonic() - began < 4


def test_a_number_that_is_in_use_again_is_not_held() -> None:
    """The number has a new owner between the look at it and the pidfd, or ever since."""
    with named("node") as process:
        found = identify(process.pid)
        assert found is not None
        before = _open_descriptors()
        earlier = found._replace(start_ticks=found.start_ticks - 1)
        assert HeldProcess.hold(earlier) is None
        assert HeldProcess.hold(found, who_is=lambda pid: NodeProcess(pid, 1)) is None
        assert HeldProcess.hold(found, who_is=lambda _: None) is None
        assert _open_descriptors() == before


@pytest.mark.parametrize("pid", [0, -1, 2**22 + 1, 2**40])
def test_numbers_that_are_no_process_are_not_held(pid: int) -> None:
    assert HeldProcess.hold(NodeProcess(pid, 1)) is None
    assert identify(pid) is None


_HOLD_AS_ANOTHER_USER = """
import os, sys
from forge_manager.node.process import HeldProcess, identify
os.setgid(54321)
os.setuid(54321)
held = HeldProcess.hold(identify(int(sys.argv[1])))
print(held.ours, held.alive())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_process_of_another_user_is_held_but_not_ours() -> None:
    with named("node") as process:
        ended = subprocess.run(
            [sys.executable, "-c", _HOLD_AS_ANOTHER_USER, str(process.pid)],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert ended.stdout == "False True\n", ended.stderr


def test_one_that_was_let_go_counts_as_ended() -> None:
    with named("node") as process, named("other") as other:
        found, another = identify(process.pid), identify(other.pid)
        assert found is not None
        assert another is not None
        held = HeldProcess.hold(found)
        assert held is not None
        held.close()
        held.close()
        reused = HeldProcess.hold(another)  # gets the same descriptor
        assert not held.alive()
        assert not held.signal(signal.SIGKILL)
        assert reused is not None
        with reused:
            assert reused.alive()


def test_letting_go_closes_the_descriptor() -> None:
    before = _open_descriptors()
    with named("node") as process:
        found = identify(process.pid)
        held = None if found is None else HeldProcess.hold(found)
        assert held is not None
        held.close()
    until(lambda: _open_descriptors() == before, "the descriptors of the test itself")


def test_a_process_is_found_by_its_name_while_it_lives(tmp_path: Path) -> None:
    for pid, name in ((1, "pause"), (7, "cardano-node")):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) {_AFTER_NAME}\n")
    (tmp_path / "self").mkdir()
    assert is_running("cardano-node", tmp_path)
    assert not is_running("dingo", tmp_path)
    zombie = _AFTER_NAME.replace("S", "Z", 1)
    (tmp_path / "7" / "stat").write_text(f"7 (cardano-node) {zombie}\n")
    assert not is_running("cardano-node", tmp_path)
    assert not is_running("cardano-node", tmp_path / "nowhere")

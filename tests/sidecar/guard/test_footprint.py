"""Small, quick to start, and closed to the node beside it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from forge_manager.base.clocks import read_clocks
from tests.sidecar.guard.pod import Pod, process_of, report
from tests.sidecar.node.programs import listener
from tests.sidecar.process.sidecar_process import SOURCE, command
from tests.sidecar.waiting import until

_MAX_BYTES = 15_000_000
_ROUNDS = 1200  # a minute's

_MANY_ROUNDS = f"""
import os, sys
from forge_manager import cli
from forge_manager.node.node_watch import NodeWatch
rounds = 0
def wait(watch, seconds):
    global rounds
    rounds += 1
    if rounds == {_ROUNDS}:
        print(open("/proc/self/status").read())
        print("processor", sum(os.times()[:2]), flush=True)
        os._exit(0)
NodeWatch.wait = wait
cli.main(["guard"])
"""


def test_a_minutes_rounds_stay_under_15_mb(pod: Pod) -> None:
    """The rounds of a minute without the pauses between them, guarding a node that may forge."""
    pod.provision()
    with listener(pod.socket) as running:
        pod.publish(process_of(running), seconds=60)
        pod.node_keys.put_live()
        ended = subprocess.run(
            [sys.executable, "-P", "-c", _MANY_ROUNDS],
            env=pod.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    peak = 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", ended.stdout)[0])
    milliseconds = 1000 * float(re.findall(r"processor (\S+)", ended.stdout)[0]) / _ROUNDS
    report(f"guard: {peak / 1e6:.1f} MB at most, {milliseconds:.2f} ms of processor time a round")
    assert peak < _MAX_BYTES
    assert milliseconds < 5


def test_the_first_heartbeat_comes_quickly(pod: Pod) -> None:
    times = []
    for _ in range(3):
        began_ns = read_clocks().boot_ns
        with pod.guard() as guard:
            guard.wait_for(None)
        times.append((read_clocks().boot_ns - began_ns) / 1e6)
    report(f"guard: first heartbeat after {sorted(round(ms) for ms in times)} ms")
    assert min(times) < 2000  # on a busy machine


def test_only_the_standard_library_and_the_small_part_of_it_is_imported() -> None:
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "import forge_manager.cli, forge_manager.commands.guard\n"
        "print(*(m.partition('.')[0] for m in sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-S", "-P", "-c", code, str(SOURCE)],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    imported = set(ended.stdout.split()) - {"__main__", "forge_manager"}
    assert imported <= sys.stdlib_module_names
    assert not imported & {"dataclasses", "logging", "http", "asyncio", "tempfile", "traceback"}


#: Imports while still root, becomes an ordinary user, and is as open as one that was started so.
_AS_USER = """
import ctypes, os
import forge_manager.cli, forge_manager.commands.guard
os.setgid(54321)
os.setuid(54321)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
print("open", flush=True)
input()
forge_manager.cli.main(["guard"])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become an ordinary user")
def test_the_guard_cannot_be_inspected(pod: Pod) -> None:
    """Its files in /proc then belong to root, whoever runs it (proc(5), PR_SET_DUMPABLE)."""
    command_line = [sys.executable, "-P", "-c", _AS_USER]
    with subprocess.Popen(
        command_line,
        env=pod.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            secret = Path(f"/proc/{process.pid}/environ")
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            assert secret.stat().st_uid == 54321
            process.stdin.write(b"go\n")
            process.stdin.flush()
            until(lambda: secret.stat().st_uid == 0, "the protection")
        finally:
            process.kill()


def test_the_log_never_stops_the_guard(pod: Pod) -> None:
    """Whoever reads the log has stopped reading, and the pipe is full."""
    pod.publish(None, off=True)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, bytes(4096)):
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    environment = pod.environment()
    with subprocess.Popen(command("guard"), env=environment, stderr=writer) as process:
        try:
            until(lambda: pod.state.heartbeat() is not None, "a heartbeat")
        finally:
            process.kill()
            os.close(reader)
            os.close(writer)

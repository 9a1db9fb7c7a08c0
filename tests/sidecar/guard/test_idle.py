"""What a pod costs in which nothing happens, beside a program that only wakes up as often."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from forge_manager.node.process import NodeProcess
from tests.sidecar.conftest import Volumes
from tests.sidecar.guard.pod import FILES, Pod, process_of, report
from tests.sidecar.process.sidecar_process import SidecarProcess
from tests.sidecar.waiting import until
from tests.support.standin import free_port

_SECONDS = 5.0
#: Twenty times a second, as the guard beside a node that forges, and one file is read.
_FLOOR = """
import select
poll = select.poll()
while True:
    poll.poll(50)
    open("/proc/self/stat").read()
"""
#: Measured 1.5 and 1.0 floors, and 9.5 a second; with rounds that never pause 7.5, 4.3 and 18.
_MANAGER_FLOORS = 4.0
_GUARD_FLOORS = 2.5
_GUARD_WAKES = 14.0  # a second


class Cost:
    """What a process has used since this was made: processor time, and waits that ended."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._before = self._now()

    def since(self) -> tuple[float, int]:
        """Return seconds and waits (proc(5): schedstat, voluntary_ctxt_switches)."""
        seconds, waits = self._now()
        return seconds - self._before[0], waits - self._before[1]

    def _now(self) -> tuple[float, int]:
        seconds, waits = 0.0, 0
        for task in self._tasks.iterdir():
            seconds += int((task / "schedstat").read_text().split()[0]) / 1e9
            found = re.search(r"\nvoluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text())
            assert found
            waits += int(found[1])
        return seconds, waits


def _controlled(pod: Pod) -> NodeProcess | None:
    fence = pod.state.fence()
    return fence.node if fence else None


def test_a_standbys_manager_and_guard_cost_little(pod: Pod) -> None:
    volumes, port = Volumes(pod.root), str(free_port())
    volumes.source.mkdir()
    FILES.write(volumes.source, mode=0o644)
    scraped = {"NODE_METRICS_URL": f"http://127.0.0.1:{port}/metrics"}
    with (
        subprocess.Popen([sys.executable, "-I", "-c", _FLOOR]) as floor,
        pod.guard() as guard,
        SidecarProcess(volumes, **pod.environment(), **scraped) as manager,
    ):
        try:
            manager.wait_for_status(200, "CredentialsProvisioned")
            until(lambda: pod.live.value == "all", "the keys")
            with pod.node(STANDIN_METRICS_PORT=port) as node:
                process = process_of(node.wait_until_up().process)
                guard.wait_for(process)
                until(lambda: pod.live.value == "none", "a standby without keys")
                until(lambda: _controlled(pod) == process, "the fence of a manager that has begun")
                costs = [Cost(one.process.pid) for one in (manager, guard)] + [Cost(floor.pid)]
                time.sleep(_SECONDS)  # the time that is measured
                (managers, _), (guards, wakes), (floors, _) = [cost.since() for cost in costs]
        finally:
            floor.kill()
    report(
        f"idle, of a processor: manager {managers / _SECONDS:.2%}, guard {guards / _SECONDS:.2%}, "
        f"floor {floors / _SECONDS:.2%}; the guard wakes up {wakes / _SECONDS:.1f} times a second"
    )
    assert managers < _MANAGER_FLOORS * floors
    assert guards < _GUARD_FLOORS * floors
    assert wakes < _GUARD_WAKES * _SECONDS

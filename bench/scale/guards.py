"""The guards of all pods in one process: their real rounds, without a process of each to wake up.

A line of its input is a JSON object: `pod`, and the `variables` of its guard, or null once the pod
is gone.
"""

from __future__ import annotations

import heapq
import json
import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from bench.scale.sandbox import GIVES_WAY
from forge_manager.base.clocks import read_boot_id
from forge_manager.base.moment import SECOND
from forge_manager.commands.guard import assembled, parse_guard_settings
from forge_manager.fence.fuse import Fuse
from forge_manager.guard.log import GuardLog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forge_manager.guard.loop import GuardLoop


class Guards:
    """That process; leaving ends it."""

    def __init__(self, log: Path) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*GIVES_WAY, sys.executable, "-m", "bench.scale.guards"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def add(self, pod: str, variables: Mapping[str, str]) -> None:
        """Guard a pod from now on. `variables`: of its guard's container."""
        self._tell(pod, dict(variables))

    def remove(self, pod: str) -> None:
        """Guard it no longer."""
        self._tell(pod, None)

    def ended(self) -> list[str]:
        """Return the process's name if it has ended."""
        return [] if self._process.poll() is None else ["all guards"]

    def _tell(self, pod: str, variables: dict[str, str] | None) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the guards have no input")
        line = json.dumps({"pod": pod, "variables": variables})
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()


def _loop_of(variables: dict[str, str], boot_id: str) -> GuardLoop:
    settings = parse_guard_settings(variables)
    log = GuardLog(settings.logging)
    # This process outlives a pod's fence, so no timer ends it.
    fuse = Fuse(settings.shared.state, timer=lambda _: None)
    return assembled(settings, boot_id, log, fuse=fuse)


def _main() -> None:
    """Make the rounds of each guard when they are due."""
    boot_id, loops = read_boot_id(), dict[str, "GuardLoop"]()
    due: list[tuple[float, str]] = []
    os.set_blocking(0, False)
    poll, text = select.poll(), b""
    poll.register(0, select.POLLIN)
    while True:
        until_due_s = max(0.0, due[0][0] - time.monotonic()) if due else None
        if poll.poll(None if until_due_s is None else until_due_s * 1000):
            *lines, text = (text + os.read(0, 1 << 20)).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                loops.pop(asked["pod"], None)
                if asked["variables"] is not None:
                    loops[asked["pod"]] = _loop_of(asked["variables"], boot_id)
                    heapq.heappush(due, (time.monotonic(), asked["pod"]))
        while due and due[0][0] <= (now := time.monotonic()):
            _, pod = heapq.heappop(due)
            if pod in loops:
                loops[pod].round()
                heapq.heappush(due, (now + loops[pod].period_ns / SECOND, pod))


if __name__ == "__main__":
    _main()

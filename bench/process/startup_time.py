"""From the start of the process to `/startup-status` 200, with the files present."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench.process.servers import ended, floor, sidecar, volumes, wait_until_ready
from bench.report.figure import Figure, Limit, of_samples
from tests.support.standin import free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

_RUNS = 10
_BOUND_S = 0.25


def measure() -> list[Figure]:
    """Return the time to the first 200, of several starts."""
    measured = [_start_sidecar() for _ in range(_RUNS + 1)][1:]  # the first writes the bytecode
    floors = [_until_ready(floor) for _ in range(_RUNS)]
    limit = Limit(statistics.median(floors), "an interpreter with the standard library's server")
    what = "process start to /startup-status 200"
    return [of_samples("process/start", what, measured, "s", limit=limit, bound=_BOUND_S)]


def _start_sidecar() -> float:
    with volumes() as directory:
        return _until_ready(lambda port: sidecar(port, directory))


def _until_ready(start: Callable[[int], subprocess.Popen[bytes]]) -> float:
    port = free_port()
    started = time.perf_counter()
    with ended(start(port)):
        wait_until_ready(port)
        return time.perf_counter() - started

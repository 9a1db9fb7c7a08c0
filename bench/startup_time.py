"""From the start of the process to `/startup-status` 200, with the files present."""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from bench.servers import ended, floor, free_port, say, sidecar, volumes, wait_until_ready

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

_RUNS = 10
_BOUND = 0.25


def main() -> int:
    """Measure; returns the exit code."""
    measured = [_start_sidecar() for _ in range(_RUNS + 1)][1:]  # the first writes the bytecode
    floors = [_until_ready(floor) for _ in range(_RUNS)]
    _report("sidecar", measured)
    _report("floor: bare interpreter, standard library server", floors)
    return 0 if statistics.median(measured) < _BOUND else 1


def _start_sidecar() -> float:
    with volumes() as directory:
        return _until_ready(lambda port: sidecar(port, directory))


def _until_ready(start: Callable[[int], subprocess.Popen[bytes]]) -> float:
    port = free_port()
    started = time.perf_counter()
    with ended(start(port)):
        wait_until_ready(port)
        return time.perf_counter() - started


def _report(name: str, seconds: list[float]) -> None:
    say(
        f"{name}: median {statistics.median(seconds):.3f} s, "
        f"min {min(seconds):.3f} s, max {max(seconds):.3f} s of {len(seconds)}"
    )


if __name__ == "__main__":
    sys.exit(main())

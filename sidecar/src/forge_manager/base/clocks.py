"""Read the real clocks and this process's age; code that decides is given a Moment."""

from __future__ import annotations

import os
import time
from pathlib import Path

from forge_manager.base.moment import MILLISECOND, Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STAT = Path("/proc/self/stat")
_START_TIME_FIELD = 19  # of what follows the command there; field 22 in proc(5)
_CLOSE_NS = MILLISECOND
_ATTEMPTS = 4


def read_clocks() -> Moment:
    """Read both clocks, again when this process was interrupted between them.

    Otherwise the pause would look like a jump of the wall clock.
    """
    for _ in range(_ATTEMPTS):
        before_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        wall_ns = time.time_ns()
        boot_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if boot_ns - before_ns < _CLOSE_NS:
            break
    return Moment(boot_ns, wall_ns)


def read_boot_id() -> str:
    """Return the id that only this boot of the machine has, random(4). Raises OSError."""
    return _BOOT_ID.read_text().strip()


def seconds_since_start() -> float:
    """Return the process's age in seconds, to the kernel's tick of usually 10 ms."""
    fields = _STAT.read_text().rpartition(")")[2].split()
    started = int(fields[_START_TIME_FIELD]) / os.sysconf("SC_CLK_TCK")
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)

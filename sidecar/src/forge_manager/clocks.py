"""Read the real clocks; everything that decides is handed a Moment."""

from __future__ import annotations

import time
from pathlib import Path

from forge_manager.moment import MILLISECOND, Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
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
    """Return what tells this boot of the machine from every other, random(4). Raises OSError."""
    return _BOOT_ID.read_text().strip()

"""How long this process has been running, counting the interpreter's own start."""

from __future__ import annotations

import os
import time
from pathlib import Path

_START_TIME_FIELD = 19  # of what follows the command in /proc/self/stat; field 22 in proc(5)


def seconds_since_start() -> float:
    """Return the process's age in seconds, to the kernel's tick of usually 10 ms."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started = int(fields[_START_TIME_FIELD]) / os.sysconf("SC_CLK_TCK")
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)

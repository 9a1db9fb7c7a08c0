"""What a process has used, by /proc (proc(5))."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_USER_TICKS, _PAGES = 11, 21  # of what follows the name in /proc/PID/stat: fields 14 and 24


class Usage(NamedTuple):
    """Seconds of processor time so far, and resident memory in units of 10^6 bytes."""

    cpu_s: float
    memory_mb: float


def of(pid: int) -> Usage:
    """Return what this process has used. Raises OSError when there is none."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(ticks) for ticks in fields[_USER_TICKS : _USER_TICKS + 2])
    return Usage(ticks / _TICKS, int(fields[_PAGES]) * _PAGE / 1e6)

"""What the kernel tells of a process in /proc/PID/stat (proc_pid_stat(5))."""

from __future__ import annotations

import os
from typing import NamedTuple

# Of the fields behind the name: the first of them is number 3.
_UTIME, _STIME, _THREADS, _STARTED, _PAGES = (number - 3 for number in (14, 15, 20, 22, 24))
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ProcStat(NamedTuple):
    """`cpu_s`: processor time so far; `memory_mb`: resident, in units of 10^6 bytes."""

    cpu_s: float
    threads: int
    started_ticks: int
    memory_mb: float


def parse(text: str) -> ProcStat:
    """Read the file's text."""
    fields = text.rpartition(")")[2].split()
    return ProcStat(
        cpu_s=(int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS_A_SECOND,
        threads=int(fields[_THREADS]),
        started_ticks=int(fields[_STARTED]),
        memory_mb=int(fields[_PAGES]) * _PAGE_BYTES / 1e6,
    )

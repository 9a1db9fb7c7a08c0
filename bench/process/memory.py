"""Resident memory after a minute of probes and scrapes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.process.servers import ended, floor, probe, sidecar, volumes, wait_until_ready
from bench.report.figure import Figure, Limit
from tests.support.standin import free_port

if TYPE_CHECKING:
    import subprocess

_SECONDS = 60.0
_BETWEEN_PROBES = 1.0
_BOUND_MB = 65.0


def measure() -> list[Figure]:
    """Return the resident memory of the sidecar; the floor runs beside it."""
    ports = free_port(), free_port()
    with (
        volumes() as directory,
        ended(sidecar(ports[0], directory)) as measured,
        ended(floor(ports[1])) as bare,
    ):
        for port in ports:
            wait_until_ready(port)
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            for port in ports:
                for page in ("/startup-status", "/health", "/metrics"):
                    probe(port, page)
            time.sleep(_BETWEEN_PROBES)
        limit = Limit(_resident_mb(bare), "an interpreter with the standard library's server")
        what = f"resident memory after {_SECONDS:g} s of probes and scrapes"
        return [Figure("process/memory", what, _resident_mb(measured), "MB", limit, _BOUND_MB)]


def _resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Return a process's resident memory, in units of 10^6 bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

"""Resident memory after a minute of probes and scrapes."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.servers import ended, floor, free_port, probe, say, sidecar, volumes, wait_until_ready

if TYPE_CHECKING:
    import subprocess

_SECONDS = 60.0
_BETWEEN_PROBES = 1.0
_BOUND_MB = 65.0


def main() -> int:
    """Measure both at once; returns the exit code."""
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
        used = resident_mb(measured)
        say(f"sidecar: {used:.1f} MB after {_SECONDS:g} s")
        say(f"floor: bare interpreter, standard library server: {resident_mb(bare):.1f} MB")
    return 0 if used < _BOUND_MB else 1


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Return a process's resident memory, in units of 10^6 bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: the sidecar as a process."""

from __future__ import annotations

import sys

from bench.process import credential_swap, memory, probe_latency, startup_time
from bench.report.command import conclude

if __name__ == "__main__":
    MEASUREMENTS = (startup_time, memory, probe_latency, credential_swap)
    figures = [figure for each in MEASUREMENTS for figure in each.measure()]
    sys.exit(conclude("bench", "make bench", figures, {}))

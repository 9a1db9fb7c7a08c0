"""`make bench`: the sidecar as a process, and a release on the cluster."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cluster import cost, hand_over, start_up
from bench.cluster.ground import Ground
from bench.process import credential_swap, memory, probe_latency, startup_time
from bench.report.command import conclude
from devkit import steps
from devkit.steps import StepError, say
from tests.e2e.framework.three_replicas import SharedThreeReplicas

if TYPE_CHECKING:
    from bench.report.figure import Figure

_PROCESS = (startup_time, memory, probe_latency, credential_swap)
_BOOT_SECONDS = 2


def main() -> int:
    """Measure; returns the exit code."""
    # By SIGTERM as by Ctrl-C: what is on the cluster is removed on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="forge-bench-") as scratch:
        try:
            ground = Ground.of(Path(scratch))
            with steps.step("measuring the sidecar as a process"):
                figures = [figure for each in _PROCESS for figure in each.measure()]
            figures += _on_the_cluster(ground)
            versions = ground.versions()
        except StepError as error:
            say(f"error: {error}")
            return 1
    return conclude("bench", "make bench", figures, versions)


def _on_the_cluster(ground: Ground) -> list[Figure]:
    with steps.step(f"starting {start_up.PODS} pods of each timing"):
        found = start_up.measure(ground)
    shared = SharedThreeReplicas(
        ground.environment,
        ground.machines,
        ground.scratch,
        suite="bench",
        boot_seconds=_BOOT_SECONDS,
    )
    shared.begin()
    try:
        with steps.step(f"changing the leader {hand_over.TIMES} times in each way"):
            found += hand_over.measure(shared.present())
        with steps.step(f"letting a release be for {cost.SECONDS:g} s"):
            found += cost.measure(ground, shared.fresh())
    finally:
        shared.end()
    return found


if __name__ == "__main__":
    sys.exit(main())

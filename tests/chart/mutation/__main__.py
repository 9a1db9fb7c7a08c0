"""Report the share of broken template lines that some rendering test notices.

python -m tests.chart.mutation --count 150 --seed 1 --minutes 18
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import Any

from tests.chart.rendering import CHART, ROOT

_TARGET = 0.9
# Beyond the time that is given: for the line that is being tried, and to collect the tests.
_GRACE_MINUTES = 10.0
_END_DEADLINE_S = 60.0

Verdict = dict[str, Any]


def main() -> int:
    """Run; 0 when the target is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=18.0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    started = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = pool.map(lambda place: _worker(options, place), range(options.jobs))
        verdicts = [verdict for run in runs for verdict in run]
    if any(verdict.get("failing") for verdict in verdicts):
        raise SystemExit("a test fails with nothing broken: run `make render` first")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"{(time.monotonic() - started) / 60:.1f} min, "
        f"{(used.ru_utime + used.ru_stime) / 60:.1f} min of processor time\n"
    )
    return _report([verdict["noticed"] for verdict in verdicts if "mutant" in verdict])


def _worker(options: argparse.Namespace, place: int) -> list[Verdict]:
    """Run a worker on a copy of the chart; say what it did not notice as soon as it is known."""
    told = {name: getattr(options, name) for name in ("count", "seed", "minutes")}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        chart = Path(folder) / CHART.name
        shutil.copytree(CHART, chart)
        reading, writing = os.pipe()
        told |= {"place": place, "workers": options.jobs, "output": writing}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chart.mutation.worker"]
            + [f"--{name}={value}" for name, value in told.items()],
            env={**os.environ, "RENDERED_CHART": str(chart)},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            pass_fds=[writing],
        )
        os.close(writing)
        alarm = Timer((options.minutes + _GRACE_MINUTES) * 60, process.kill)
        alarm.start()
        with os.fdopen(reading) as lines:
            verdicts = [_said(json.loads(line)) for line in lines]
        code = process.wait(_END_DEADLINE_S)
        alarm.cancel()
        if code:
            raise SystemExit(f"a worker ended with {code}, no verdict")
    return verdicts


def _said(verdict: Verdict) -> Verdict:
    if verdict.get("noticed") is False:
        sys.stdout.write(f"not noticed  {verdict['mutant']}\n")
        sys.stdout.flush()
    return verdict


def _report(tried: list[bool | None]) -> int:
    judged = [noticed for noticed in tried if noticed is not None]
    caught = sum(judged)
    share = caught / max(1, len(judged))
    left = len(tried) - len(judged)
    late = f"; no time for {left}" if left else ""
    sys.stdout.write(f"{caught} of {len(judged)} broken lines noticed: {share:.0%}{late}\n")
    return 0 if judged and share >= _TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Report the share of broken template lines that some rendering test notices.

python -m tests.chart.mutation --count 150 --seed 1 --minutes 18
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chart.mutation import order
from tests.chart.mutation.mutants import Mutant, sample
from tests.chart.rendering import CHART, ROOT

# A broken line may be seen by the last test alone.
_DEADLINE_S = 1800.0
_TARGET = 0.9
# Pytest: 1 is "a test failed"; 2 to 4 are errors of another kind, and 5 is "no test".
_TEST_FAILED = 1
# They read no template, or compare two renders of the same one.
_WITHOUT_TEMPLATES = (
    "test_schema.py",
    "test_documentation.py",
    "test_mutants.py",
    "test_helm_versions.py",
)


def main() -> int:
    """Run; 0 when the target is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=18.0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    mutants = sample(CHART / "templates", options.count, options.seed)
    if _some_test_fails(None):
        raise SystemExit("a test fails with nothing broken: run `make render` first")
    started = time.monotonic()
    end = started + options.minutes * 60
    with ThreadPoolExecutor(options.jobs) as pool:
        tried = list(pool.map(lambda mutant: (mutant, _noticed(mutant, end)), mutants))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(
        f"{(time.monotonic() - started) / 60:.1f} min, "
        f"{(used.ru_utime + used.ru_stime) / 60:.1f} min of processor time\n"
    )
    return _report(tried)


def _noticed(mutant: Mutant, end: float) -> bool | None:
    """Say whether a test fails with this line broken; None when no time was left to try."""
    if time.monotonic() > end:
        return None
    noticed = _some_test_fails(mutant)
    if not noticed:
        sys.stdout.write(f"not noticed  {mutant}\n")
        sys.stdout.flush()
    return noticed


def _some_test_fails(mutant: Mutant | None) -> bool:
    """Run the rendering tests, up to the first that fails, over a copy of the chart."""
    tests = ROOT / "tests" / "chart"
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        chart = Path(folder) / CHART.name
        shutil.copytree(CHART, chart)
        if mutant:
            mutant.apply(chart, CHART)
        options = ["-q", "-x", "--tb=no", "-p", "no:cacheprovider", "-p", order.__name__]
        ignored = [f"--ignore={tests / name}" for name in _WITHOUT_TEMPLATES]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *ignored, str(tests)],
            env={**os.environ, "RENDERED_CHART": str(chart), order.BROKEN: str(mutant or "")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
        )
    if done.returncode not in (0, _TEST_FAILED):
        raise SystemExit(f"pytest ended with {done.returncode}, no verdict:\n{done.stdout[-2000:]}")
    return done.returncode == _TEST_FAILED


def _report(tried: list[tuple[Mutant, bool | None]]) -> int:
    judged = [(mutant, noticed) for mutant, noticed in tried if noticed is not None]
    caught = sum(1 for _, noticed in judged if noticed)
    share = caught / max(1, len(judged))
    left = len(tried) - len(judged)
    late = f"; no time for {left}" if left else ""
    sys.stdout.write(f"{caught} of {len(judged)} broken lines noticed: {share:.0%}{late}\n")
    return 0 if judged and share >= _TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""`make cold`: `make up` in a clone of the last commit, with an empty cache and no engine."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.cold.figures import figures
from bench.report.command import conclude
from devkit import engine, paths, steps, timings
from devkit.paths import Cache
from devkit.steps import StepError, say

_DEADLINE_S = 90 * 60.0
_CLEAN_DEADLINE_S = 10 * 60.0


def main() -> int:
    """Measure; returns the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if engine.probe() is engine.State.RUNNING:
        say("error: a Docker engine runs, and may have what is to be built: run `make down` first")
        return 1
    scratch = Path(tempfile.mkdtemp(prefix="forge-cold-"))
    clone, cache = scratch / "clone", scratch / "cache"
    environment = {"FORGE_CACHE": str(cache)}
    try:
        steps.capture(
            ["git", "clone", "--quiet", paths.REPOSITORY, clone], what="a clone", deadline_s=60
        )
        started = time.monotonic()
        steps.run(
            ["make", "up"],
            what="make up, nothing kept",
            deadline_s=_DEADLINE_S,
            env=environment,
            cwd=clone,
        )
        total_s = time.monotonic() - started
        noted = timings.last_run(timings.file(Cache(cache)))
    except (StepError, OSError, ValueError) as error:
        say(f"error: {error}")
        return 1
    finally:
        if clone.is_dir():
            steps.run(
                ["make", "clean"],
                what="make clean after a cold start",
                deadline_s=_CLEAN_DEADLINE_S,
                env=environment,
                cwd=clone,
            )
        shutil.rmtree(scratch, ignore_errors=True)
    return conclude("cold", "make cold", figures(total_s, noted), {"Go": _go()})


def _go() -> str:
    said = steps.capture(["go", "env", "GOVERSION"], what="go env")
    return said.strip().removeprefix("go")


if __name__ == "__main__":
    sys.exit(main())

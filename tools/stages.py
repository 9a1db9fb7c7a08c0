"""`make test`: every stage in turn, the time of each, and a budget that holds.

A run is warm if an earlier run, from the same pinned inputs, has passed on this machine: what is
slow to build is then in the cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bootstrap import ROOT, cache_dir

STAGES = ("tools", "locks", "check", "histories", "mutants", "cluster", "images", "e2e")
WARM_BUDGET_S = 15 * 60
COLD_BUDGET_S = 40 * 60
SLOW_INPUTS = ("tools/go", "tools/nodeimage", "tools/requirements.txt", "sidecar/requirements.txt")
END_GRACE_S = 10


@dataclass(frozen=True)
class Outcome:
    """How one stage ended; `code` is its exit code, or None when time ran out."""

    stage: str
    seconds: float
    code: int | None


def warm_mark() -> Path:
    """File that a passed run leaves behind, named after the inputs that are slow to build."""
    digest = hashlib.sha256()
    for name in SLOW_INPUTS:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.relative_to(ROOT)}\n".encode())
                digest.update(file.read_bytes())
    return cache_dir() / f"tested-{digest.hexdigest()[:12]}"


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a stage and everything it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_GRACE_S)
            return


def run(stage: str, deadline: float) -> Outcome:
    """Run `make STAGE`, stopped when the monotonic clock reaches `deadline`."""
    print(f"== {stage}", flush=True)
    started = time.monotonic()
    command = ["make", "--no-print-directory", stage]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code: int | None = process.wait(max(0.0, deadline - started))
    except subprocess.TimeoutExpired:
        code = None
    finally:
        if process.poll() is None:
            end(process)
    return Outcome(stage, time.monotonic() - started, code)


def report(outcomes: list[Outcome], budget_s: int, kind: str) -> None:
    """Say where the time went."""
    print(f"\n{'stage':<10}{'seconds':>8}")
    for outcome in outcomes:
        verdict = {0: "", None: "  out of time"}.get(outcome.code, "  failed")
        print(f"{outcome.stage:<10}{outcome.seconds:>8.0f}{verdict}")
    total = sum(outcome.seconds for outcome in outcomes)
    print(f"{'total':<10}{total:>8.0f}  of {budget_s} ({kind})", flush=True)


def main() -> int:
    """Run the stages; return 0 only when all passed within the budget."""
    mark = warm_mark()
    kind, budget_s = ("warm", WARM_BUDGET_S) if mark.exists() else ("cold", COLD_BUDGET_S)
    deadline = time.monotonic() + budget_s
    outcomes: list[Outcome] = []
    for stage in STAGES:
        outcomes.append(run(stage, deadline))
        if outcomes[-1].code != 0:
            break
    report(outcomes, budget_s, kind)
    last = outcomes[-1]
    if last.code is None:
        print(f"error: the budget of {budget_s} s ran out in the stage {last.stage}", flush=True)
    if last.code == 0:
        mark.touch()
    return 0 if last.code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

"""`make test`: every stage in turn, the time of each, and a budget that holds.

One stage mostly waits, so it runs beside others that keep the processors busy. It has ended before
the stage whose figures are times.

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
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from bootstrap import ROOT, cache_dir

STAGES = ("tools", "locks", "cluster", "images", "check", "histories", "mutants", "e2e")
#: What runs beside others, from the beginning of the first to that of the second.
BESIDE, BESIDE_FROM, BESIDE_UNTIL = "test-soak", "check", "e2e"
WARM_BUDGET_S = 15 * 60
COLD_BUDGET_S = 40 * 60
SLOW_INPUTS = ("tools/go", "tools/nodeimage", "tools/requirements.txt", "sidecar/requirements.txt")
#: A stage that is ended mends the machines of the cluster first.
END_GRACE_S = 60


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


class Beside:
    """A stage that runs beside others; what it says is shown when it has ended."""

    def __init__(self, stage: str) -> None:
        print(f"== {stage}, beside what follows", flush=True)
        self._stage = stage
        self._started = self._ended = time.monotonic()
        self._said: bytes | None = b""
        self._process = subprocess.Popen(
            ["make", "--no-print-directory", stage],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._waiter = threading.Thread(target=self._wait, daemon=True)
        self._waiter.start()

    def _wait(self) -> None:
        self._said, _ = self._process.communicate()
        self._ended = time.monotonic()

    def outcome(self, deadline: float) -> Outcome:
        """Wait for its end, no longer than until the monotonic clock reaches `deadline`."""
        self._waiter.join(max(0.0, deadline - time.monotonic()))
        code = self._process.poll()
        self.end()
        return Outcome(self._stage, self._ended - self._started, code)

    def end(self) -> None:
        """End it where it still runs, and show what it said."""
        if self._process.poll() is None:
            end(self._process)
        self._waiter.join()
        if self._said is not None:
            said, self._said = self._said.decode(errors="replace"), None
            print(f"== {self._stage}, beside what came before\n{said}", end="", flush=True)


def outcomes(deadline: float) -> Generator[Outcome]:
    """Run the stages, and yield how each ended; the caller stops at one that failed."""
    beside: Beside | None = None
    try:
        for stage in STAGES:
            if stage == BESIDE_FROM:
                beside = Beside(BESIDE)
            if stage == BESIDE_UNTIL and beside is not None:
                yield beside.outcome(deadline)
            yield run(stage, deadline)
    finally:
        if beside is not None:
            beside.end()


def report(found: list[Outcome], total_s: float, budget_s: int, kind: str) -> None:
    """Say where the time went; what ran beside others does not add to the total."""
    print(f"\n{'stage':<10}{'seconds':>8}")
    for outcome in found:
        verdict = {0: "", None: "  out of time"}.get(outcome.code, "  failed")
        beside = "  beside others" if outcome.stage == BESIDE else ""
        print(f"{outcome.stage:<10}{outcome.seconds:>8.0f}{beside}{verdict}")
    print(f"{'total':<10}{total_s:>8.0f}  of {budget_s} ({kind})", flush=True)


def main() -> int:
    """Run the stages; return 0 only when all passed within the budget."""
    mark = warm_mark()
    kind, budget_s = ("warm", WARM_BUDGET_S) if mark.exists() else ("cold", COLD_BUDGET_S)
    started = time.monotonic()
    found: list[Outcome] = []
    with contextlib.closing(outcomes(started + budget_s)) as all_outcomes:
        for outcome in all_outcomes:
            found.append(outcome)
            if outcome.code != 0:
                break
    report(found, time.monotonic() - started, budget_s, kind)
    last = found[-1]
    if last.code is None:
        print(f"error: the budget of {budget_s} s ran out in the stage {last.stage}", flush=True)
    if last.code == 0:
        mark.touch()
    return 0 if last.code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

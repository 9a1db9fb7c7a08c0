"""One worker: has a copy of the repository as its current directory, breaks and judges on request.

A request is a line of JSON on stdin (`Task`), its answer one on stdout (`Answer`). Tests run in
forks of this process, which has imported what they all import, but nothing that may be broken.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.mutation.forked import end_with_parent, in_fork
from tests.support.likeness import likeness

#: What most tests import and no mutant changes.
_IMPORTED = (
    "asyncio",
    "bech32",
    "cbor2",
    "h11",
    "http.server",
    "hypothesis.stateful",
    "kubernetes.client",
    "kubernetes.config",
    "nacl.signing",
    "prometheus_client.parser",
    "unittest.mock",
    "yaml",
)
_PYTEST = (
    *("-q", "-x", "--tb=no", "-p", "no:cacheprovider", "--basetemp=scratch", "--timeout=45"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what is imported already
)
FIRST, AREA, WIDER, SIMULATION, SLOW = "first", "area", "wider", "simulation", "slow"
#: A test that took longer comes after all that did not.
_CHEAP_S = 0.3
#: One that took longer is run last of all, and for its own area alone.
_SLOW_S = 1.0
_FIRST_LIMIT_S = 90.0
_TESTS_LIMIT_S = 600.0
_SIMULATION_LIMIT_S = 240.0


@dataclass(frozen=True)
class Task:
    """Break `file` so that it reads `text`, and find what notices it.

    `first`: tests that are likely to. `areas`, `wider`: folders and files of tests, in this order.
    `simulation`: arguments of each run of it. `words`: what the mutant is about.
    """

    file: str
    text: str
    words: str
    first: list[str]
    areas: list[str]
    wider: list[str]
    simulation: list[list[str]]


@dataclass(frozen=True)
class Answer:
    """`stage`: one of those above, empty for none. `by`: the test or the arguments.

    `seconds`: of each stage that was run. `timeout`: it was noticed by taking too long.
    """

    stage: str = ""
    by: str = ""
    timeout: bool = False
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """What noticed a mutant, as in `Answer`."""

    by: str
    timeout: bool = False


class Ordered:
    """A plugin of pytest: the cheap ones first, of those the ones that speak of the mutant.

    `known`: the seconds of tests that were run before. What is slow is left to its own stage.
    """

    def __init__(self, words: str, known: Mapping[str, float], stage: str) -> None:
        self._words, self._known, self._stage = words, known, stage
        self.failed = ""
        self.seconds: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        weights = likeness([item.nodeid for item in items], self._words)
        known = [self._known.get(item.nodeid, 0.0) for item in items]
        chosen = [
            place
            for place in range(len(items))
            if self._stage == FIRST or (known[place] > _SLOW_S) == (self._stage == SLOW)
        ]
        chosen.sort(key=lambda place: (known[place] > _CHEAP_S, -weights[place]))
        items[:] = [items[place] for place in chosen]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


class Worker:
    """Remembers how long tests take."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, float] = {}
        self._simulated: set[str] | None = None

    def judge(self, task: Task) -> Answer:
        """Break, look who notices, mend."""
        if self._simulated is None:
            self._simulated = set(in_fork(_imported_by_simulation, _FIRST_LIMIT_S))
        path = self._root / task.file
        whole = path.read_text()
        path.write_text(task.text)
        try:
            return self._look(task)
        finally:
            path.write_text(whole)

    def _look(self, task: Task) -> Answer:
        seconds: defaultdict[str, float] = defaultdict(float)
        for stage, look in self._stages(task):
            began = time.monotonic()
            notice = look()
            seconds[stage] += time.monotonic() - began
            if notice is not None:
                return Answer(stage, notice.by, notice.timeout, dict(seconds))
        return Answer(seconds=dict(seconds))

    def _stages(self, task: Task) -> Iterator[tuple[str, Callable[[], Notice | None]]]:
        """Yield who is asked in turn: the simulation before the tests that take seconds each."""

        def tests(stage: str, paths: list[str]) -> tuple[str, Callable[[], Notice | None]]:
            return stage, lambda: self._run_tests(stage, paths, task.words)

        if task.first:
            yield tests(FIRST, task.first)
        yield tests(AREA, task.areas)
        if task.wider:
            yield tests(WIDER, task.wider)
        simulated = str(self._root / task.file) in (self._simulated or ())
        for arguments in task.simulation if simulated else []:  # else its code is not run there
            yield SIMULATION, partial(_simulate, arguments)
        yield tests(SLOW, task.areas)

    def _run_tests(self, stage: str, paths: Sequence[str], words: str) -> Notice | None:
        ordered = Ordered(words, self._known, stage)

        def run() -> dict[str, Any]:
            code = pytest.main([*_PYTEST, *paths], plugins=[ordered])
            return {"code": int(code), "failed": ordered.failed, "seconds": ordered.seconds}

        try:
            result = in_fork(run, _FIRST_LIMIT_S if stage == FIRST else _TESTS_LIMIT_S)
        except TimeoutError:
            return Notice("the limit of time", timeout=True)
        except ChildProcessError:
            return Notice("the tests' own process was killed")
        for name, took in result["seconds"].items():
            self._known.setdefault(name, took)
        passed = result["code"] in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if passed or (stage == FIRST and not result["failed"]):  # a test that is gone, say
            return None
        return Notice(result["failed"] or f"pytest ended with {result['code']}")


def _imported_by_simulation() -> list[str]:
    importlib.import_module("tests.sidecar.simulation.__main__")
    return [str(getattr(module, "__file__", "")) for module in [*sys.modules.values()]]


def _simulate(arguments: Sequence[str]) -> Notice | None:
    said = " ".join(arguments)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.sidecar.simulation", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SIMULATION_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Notice(said, timeout=True)
    return Notice(said) if ended.returncode else None


def main() -> int:
    """Answer until stdin ends."""
    end_with_parent()
    for name in _IMPORTED:
        with suppress(ImportError):
            importlib.import_module(name)
    worker = Worker(Path.cwd())
    for line in sys.stdin:
        answer = worker.judge(Task(**json.loads(line)))
        sys.stdout.write(f"{json.dumps(asdict(answer))}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

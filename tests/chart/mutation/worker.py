"""One worker of the mutation run: collects the rendering tests once, then breaks line after line.

Each broken line is tried in a fork of the process that has collected, so that what is paid for is
rendering. The chart is the worker's own copy, named by RENDERED_CHART. A verdict is a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests.chart import helm
from tests.chart.mutation.mutants import Mutant, sample
from tests.chart.mutation.order import by_likeness
from tests.chart.rendering import CHART, ROOT

TESTS = ROOT / "tests" / "chart"
_ALERTS = ROOT / "tests" / "alerts" / "test_alerts.py"
# They read no template, or compare two renders of the same one.
_WITHOUT_TEMPLATES = (
    "test_schema.py",
    "test_documentation.py",
    "test_mutants.py",
    "test_helm_versions.py",
)


@dataclass(frozen=True)
class Breaker:
    """A plugin of pytest that tries mutants instead of running the tests once.

    `share` is this worker's place and how many there are; `end` is a time of the monotonic clock
    after which nothing more is tried; verdicts go to the descriptor `output`.
    """

    mutants: list[Mutant]
    share: tuple[int, int]
    end: float
    output: int

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try nothing broken, then each mutant."""
        place, workers = self.share
        failing = _failing(session, session.items[place::workers])
        self._say({"failing": failing})
        for mutant in self.mutants[place::workers] if not failing else []:
            noticed = self._noticed(session, mutant) if time.monotonic() < self.end else None
            self._say({"mutant": str(mutant), "noticed": noticed})
        return True

    def _noticed(self, session: pytest.Session, mutant: Mutant) -> bool:
        whole = mutant.path.read_text()
        mutant.apply(CHART, CHART)
        places = by_likeness([item.nodeid for item in session.items], str(mutant))
        try:
            return _failing(session, [session.items[place] for place in places])
        finally:
            mutant.path.write_text(whole)

    def _say(self, verdict: dict[str, object]) -> None:
        os.write(self.output, f"{json.dumps(verdict)}\n".encode())


def _failing(session: pytest.Session, items: list[pytest.Item]) -> bool:
    """Run tests up to the first that fails, in a fork: whatever they keep is gone with it."""
    child = os.fork()
    if not child:
        _run(session, items)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise SystemExit(f"a run of the tests ended with {code}, no verdict")
    return code == 1


def _run(session: pytest.Session, items: list[pytest.Item]) -> NoReturn:
    code = 2
    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
        code = min(1, session.testsfailed)
    finally:
        helm.end()
        os._exit(code)


def main() -> int:
    """Run as tests.chart.mutation tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("count", "seed", "place", "workers", "output"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    options = parser.parse_args()
    breaker = Breaker(
        sample(CHART / "templates", options.count, options.seed),
        (options.place, options.workers),
        time.monotonic() + options.minutes * 60,
        options.output,
    )
    scratch = Path(CHART).parent / "scratch"
    plain = ["-q", "--tb=no", "-p", "no:cacheprovider", f"--basetemp={scratch}"]
    ignored = [f"--ignore={TESTS / name}" for name in _WITHOUT_TEMPLATES]
    return int(pytest.main([*plain, *ignored, str(TESTS), str(_ALERTS)], plugins=[breaker]))


if __name__ == "__main__":
    raise SystemExit(main())

"""Judge mutants with a few workers, and learn which tests notice what."""

from __future__ import annotations

import queue
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.sidecar.mutation.copies import Copy
from tests.sidecar.mutation.mutants import Key, Mutant, source_of
from tests.sidecar.mutation.report import Judged
from tests.sidecar.mutation.subjects import ROOT, SOURCE, TESTS, Subject, subjects
from tests.sidecar.mutation.tables import SIMULATION, SURVIVED, TIME, UNITS, Fate
from tests.sidecar.mutation.worker import Answer, Task

#: Of one cluster and of several each, for what no unit test has noticed.
STEPS = 60_000
_MOST_FIRST = 4


class Witnesses:
    """Tests that noticed mutants nearby; the last one that did comes first."""

    def __init__(self, fates: Mapping[Key, Fate]) -> None:
        self._near: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._own = {key: fate.by for key, fate in fates.items() if fate.verdict == UNITS}
        for key, by in self._own.items():
            self.noticed(key, by)

    def noticed(self, key: Key, by: str) -> None:
        """Remember. `by` is a test, or a file of tests that could not even be imported."""
        near = self._near[key.file, key.within]
        if by in near:
            near.remove(by)
        near.insert(0, by)

    def first(self, key: Key) -> list[str]:
        """Return the tests to begin with."""
        own = [self._own[key]] if key in self._own else []
        near = [by for by in self._near[key.file, key.within] if by not in own]
        return [*own, *near][:_MOST_FIRST]


def judge(
    mutants: Iterable[Mutant],
    *,
    jobs: int,
    seconds: float,
    steps: int,
    recorded: Mapping[Key, Fate],
    told: Callable[[Judged], None],
) -> list[Judged]:
    """Judge as many as can be begun within `seconds`; `told` hears of each at once.

    `steps`: of the simulation, of each kind.
    """
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in mutants:
        waiting.put(mutant)
    witnesses = Witnesses(recorded)
    named = {subject.file: subject for subject in subjects()}
    end = time.monotonic() + seconds
    judged: list[Judged] = []

    def work() -> None:
        with Copy() as copy:
            while time.monotonic() < end:
                try:
                    mutant = waiting.get_nowait()
                except queue.Empty:
                    return
                answer = copy.judge(_task(mutant, named[mutant.key.file], witnesses, steps))
                one = Judged(mutant, _fate(answer), answer.seconds)
                if one.fate.verdict == UNITS and "::" in one.fate.by:
                    witnesses.noticed(mutant.key, one.fate.by)
                judged.append(one)
                told(one)

    with ThreadPoolExecutor(jobs) as pool:
        for each in [pool.submit(work) for _ in range(jobs)]:
            each.result()
    return sorted(judged, key=lambda one: one.mutant)


def _task(mutant: Mutant, subject: Subject, witnesses: Witnesses, steps: int) -> Task:
    key = mutant.key
    simulation = ["--steps", str(steps), "--seed", "1"]
    return Task(
        file=str(SOURCE / key.file),
        text=source_of(ROOT / SOURCE, key),
        words=str(mutant),
        first=witnesses.first(key),
        areas=[str(TESTS / area) for area in subject.areas],
        wider=[str(TESTS / name) for name in subject.wider],
        simulation=[simulation, [*simulation, "--clusters"]],
    )


def _fate(answer: Answer) -> Fate:
    if not answer.stage:
        return Fate(SURVIVED, "")
    if answer.timeout:
        return Fate(TIME, answer.by)
    return Fate(SIMULATION if answer.stage == SIMULATION else UNITS, answer.by)

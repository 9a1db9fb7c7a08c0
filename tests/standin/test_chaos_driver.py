"""Faults begin and end as planned, also when one of them cannot be; what breaks a bound is told."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pytest

from devkit.steps import StepError
from tests.e2e.chaos.driver import Ground, Result, run
from tests.e2e.chaos.kinds import Kind
from tests.e2e.chaos.plan import Draw, Step
from tests.e2e.framework.forging_times import Line, Run
from tests.e2e.framework.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.framework.record import SystemUnderTest

FORGER, OTHER = Run("producer-0", "a"), Run("producer-1", "b")


@dataclass
class FakeSystem:
    """Time passes at once; one forges all the time, and `others` beside it."""

    others: int = 0
    condemned: bool = False

    @property
    def journal(self) -> Any:
        return self

    def lines(self, since: datetime) -> list[Line]:
        times = [since + timedelta(milliseconds=100 * n) for n in range(100)]
        runs = [FORGER, *([OTHER] * self.others)]
        return [Line(at, run, "tick") for at in times for run in runs]

    def wait_for(self, what: str, condition: Callable[[], Any], *, deadline_s: float) -> Any:
        return None

    def diagnosis(self) -> str:
        raise NotImplementedError


@dataclass(kw_only=True)
class FakeCase(Record):
    fake: FakeSystem

    @property
    def system(self) -> SystemUnderTest:
        return self.fake


@dataclass
class Happened:
    """What has been done, in order; kinds that are named `impossible` cannot be."""

    system: FakeSystem = field(default_factory=FakeSystem)
    events: list[str] = field(default_factory=list)
    settles: bool = True

    def ground(self) -> Ground[FakeCase]:
        kinds = {name: Kind(name, self._inject) for name in ("one", "other", "impossible")}
        return Ground(
            kinds=kinds,
            settled=self._settled,
            up=lambda _: ["a"],
            timeline=lambda: "the timeline",
            lease_s=15,
        )

    @contextlib.contextmanager
    def _inject(self, _case: FakeCase, draw: Draw) -> Iterator[None]:
        if draw.kind == "impossible":
            raise StepError("there is no such pod")
        self.events.append(f"{draw.kind} begins")
        try:
            yield
        finally:
            self.events.append(f"{draw.kind} ends")

    def _settled(self) -> FakeCase:
        if self.events and not self.settles:
            raise StepError("nobody forges")
        since = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=5 * len(self.events))
        return FakeCase(since=since, fake=self.system)

    def run(self, step: Step) -> Result:
        return run(self.ground(), repeat(step), seed=7, seconds=0)


def draw(kind: str) -> Draw:
    return Draw(kind, target=0, lasts_s=0, variant="")


@pytest.mark.parametrize("crossed", [False, True])
def test_of_two_at_once_either_ends_first(crossed: bool) -> None:
    happened = Happened()
    result = happened.run(Step(draw("one"), draw("other"), crossed=crossed))
    ends = ["one ends", "other ends"] if crossed else ["other ends", "one ends"]
    assert happened.events == ["one begins", "other begins", *ends]
    assert result.faults == {"one": 1, "other": 1}
    assert result.violations == []


def test_a_second_fault_that_is_impossible_is_told_and_not_counted() -> None:
    happened = Happened()
    result = happened.run(Step(draw("one"), draw("impossible")))
    assert happened.events == ["one begins", "one ends"]
    assert result.faults == {"one": 1}


def test_two_forgers_are_a_violation_with_seed_and_history(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = Happened(FakeSystem(others=1)).run(Step(draw("one")))
    assert len(result.violations) == 1
    assert result.two_s > 1
    said = capsys.readouterr().out
    for part in ("seed 7, step 1", "one (leader) begins", "producer-1 (b) first tick", "the timel"):
        assert part in said


def test_a_stage_that_is_not_well_again_ends_the_run_with_its_history(
    capsys: pytest.CaptureFixture[str],
) -> None:
    happened = Happened(settles=False)
    (violation,) = happened.run(Step(draw("one"))).violations
    assert "one (leader): nobody forges" in violation
    assert happened.events == ["one begins", "one ends"]
    assert "seed 7, step 1" in capsys.readouterr().out

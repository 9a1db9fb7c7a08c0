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

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
FORGER, OTHER = Run("producer-0", "a"), Run("producer-1", "b")


@dataclass
class FakeSystem:
    """Time passes at once; one forges all the time, and `others` beside it."""

    others: int = 0
    #: What its node says besides.
    said: str = ""
    lasts_s: float = 10
    condemned: bool = False

    @property
    def journal(self) -> Any:
        return self

    def lines(self, since: datetime) -> list[Line]:
        times = [since + timedelta(milliseconds=100 * n) for n in range(round(10 * self.lasts_s))]
        runs = [FORGER, *([OTHER] * self.others)]
        ticks = [Line(at, run, "tick") for at in times for run in runs]
        return [*ticks, *([Line(since, FORGER, self.said)] if self.said else [])]

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
    begin: datetime = BEGIN
    #: Of history, from one event to the next.
    step_s: float = 5
    lease_s: float = 15

    def ground(self) -> Ground[FakeCase]:
        kinds = {name: Kind(name, self._inject) for name in ("one", "other", "impossible")}
        killed = Kind("killed", self._inject, on_processes=True)
        cut_off = Kind("cut off", self._inject, isolates=lambda _case, _draw: frozenset({"a"}))
        resumed = Kind("resumed", self._inject, two_at_most_s=0.2)
        kinds |= {kind.name: kind for kind in (killed, cut_off, resumed)}
        return Ground(
            kinds=kinds,
            settled=self._settled,
            up=lambda _: ["a"],
            timeline=lambda: "the timeline",
            lease_s=self.lease_s,
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
        since = self.begin + timedelta(seconds=self.step_s * len(self.events))
        return FakeCase(since=since, fake=self.system)

    def run(self, step: Step, *, beside_others: bool = False) -> Result:
        return run(self.ground(), repeat(step), seed=7, seconds=0, beside_others=beside_others)


def draw(kind: str, variant: str = "") -> Draw:
    return Draw(kind, target=0, lasts_s=0, variant=variant)


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
    happened = Happened(FakeSystem(others=1), settles=False)
    result = happened.run(Step(draw("one")))
    (violation,) = result.violations
    assert "one (leader): nobody forges" in violation
    assert result.two_beyond_s > 1  # also what the nodes did until then is judged
    assert happened.events == ["one begins", "one ends"]
    assert "seed 7, step 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("step", "excused"),
    [
        (Step(draw("one")), False),
        (Step(draw("killed", "manager and node")), False),
        (Step(draw("killed", "guard"), draw("other")), False),
        (Step(draw("killed", "manager and guard")), True),
        (Step(draw("killed", "manager"), draw("killed", "guard and node")), True),
    ],
)
def test_a_start_without_keys_is_excused_where_neither_manager_nor_guard_lived(
    step: Step, excused: bool
) -> None:
    said = "exit 1, start-up failed: kes.skey: the file does not exist"
    result = Happened(FakeSystem(said=said)).run(step)
    assert (result.failed_starts, result.excused_starts) == ((0, 1) if excused else (1, 0))
    assert len(result.violations) == (0 if excused else 1)


@pytest.mark.parametrize(("kind", "lease_s"), [("cut off", 0), ("cut off", 15), ("one", 0)])
def test_who_forges_a_lease_after_it_was_cut_off_is_a_violation(kind: str, lease_s: float) -> None:
    # It forges from a second ago until long after a fault that is over at once.
    happened = Happened(begin=datetime.now(UTC) - timedelta(seconds=1), lease_s=lease_s)
    result = happened.run(Step(draw(kind)), beside_others=True)
    assert (result.unproven_s > 0) is (kind == "cut off" and lease_s == 0)
    assert len(result.violations) == (result.unproven_s > 0)


def test_how_long_none_forged_is_not_judged_beside_other_work() -> None:
    for beside_others in (False, True):
        happened = Happened(FakeSystem(lasts_s=1), step_s=100, begin=datetime.now(UTC))
        result = happened.run(Step(draw("one")), beside_others=beside_others)
        assert result.none_after_s > 100
        assert len(result.violations) == (0 if beside_others else 1)
        assert happened.run(Step(draw("one"))).two_s == 0


def test_two_forgers_that_a_resumed_machine_explains_do_not_count_as_beyond() -> None:
    for kind, allowed_s in (("one", 0), ("resumed", 0.2)):
        result = Happened(FakeSystem(others=1)).run(Step(draw(kind)))
        assert result.two_beyond_s == pytest.approx(result.two_s - allowed_s)

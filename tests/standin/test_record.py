"""A case over two clusters is judged by the journals of both together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from tests.e2e.framework.forging_times import Line, Run
from tests.e2e.framework.record import Record
from tests.e2e.framework.region import JointForgingJournal

T = TypeVar("T")
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class FakeJournal:
    """One cluster's: its producer forged from one second to another."""

    begin: float
    end: float

    def lines(self, since: datetime) -> list[Line]:
        ticks = range(round(self.begin * 10), round(self.end * 10) + 1)
        times = (START + timedelta(seconds=tick / 10) for tick in ticks)
        return [Line(at, Run("producer-0", f"uid-{self.begin}"), "tick") for at in times]


@dataclass
class FakeRegion:
    name: str
    journal: FakeJournal


class FakeSystem:
    condemned = False

    def __init__(self, **regions: FakeJournal) -> None:
        joined: Any = tuple(FakeRegion(name, journal) for name, journal in regions.items())
        self.journal = JointForgingJournal(joined)

    def wait_for(self, what: str, condition: Callable[[], T | None], *, deadline_s: float) -> T:
        raise NotImplementedError

    def diagnosis(self) -> str:
        raise NotImplementedError


@dataclass(kw_only=True)
class FakeRecord(Record):
    three: FakeSystem

    @property
    def system(self) -> FakeSystem:
        return self.three


def record(**regions: FakeJournal) -> FakeRecord:
    return FakeRecord(since=START, three=FakeSystem(**regions))


def test_a_case_passes_when_one_cluster_forges_after_the_other() -> None:
    case = record(east=FakeJournal(0, 5), west=FakeJournal(6, 9))
    case.judge(none_below_s=1.5)
    assert case.notes == ["two forgers 0.00 s, none 1.00 s"]


def test_a_case_fails_when_pods_of_one_name_forge_in_two_clusters() -> None:
    with pytest.raises(AssertionError, match=r"two forgers 1\.00 s"):
        record(east=FakeJournal(0, 5), west=FakeJournal(4, 9)).judge(none_below_s=None)


def test_a_case_fails_when_nobody_forged_for_too_long() -> None:
    with pytest.raises(AssertionError, match=r"none 3\.00 s"):
        record(east=FakeJournal(0, 5), west=FakeJournal(8, 9)).judge(none_below_s=2)


def test_the_history_says_in_which_cluster_a_pod_is() -> None:
    case = record(east=FakeJournal(0, 5), west=FakeJournal(6, 9))
    assert "    6.00  west/producer-0 (uid-6) first tick" in case.history().splitlines()

"""A step of random faults is judged from its end on, but for the time in which no node was up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.chaos.verdict import Isolation, Verdict, judge
from tests.e2e.framework.forging_times import Line, Run

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
A, B = Run("producer-0", "a"), Run("producer-1", "b")
SOCKET, START, EXIT = "socket: /ipc/node.socket accepts connections", "start: 10.7.0", "exit"


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def ticks(run: Run, start: float, end: float) -> list[Line]:
    return [Line(at(n / 10), run, "tick") for n in range(round(start * 10), round(end * 10) + 1)]


def judged(lines: list[Line], *, over: float, until: float) -> Verdict:
    return judge(lines, up=["a", "b"], since=BEGIN, over=at(over), until=at(until))


def test_none_counts_from_the_end_of_the_fault_and_two_from_its_beginning() -> None:
    verdict = judged(
        [*ticks(A, 0, 5), *ticks(B, 4, 6), *ticks(B, 20, 30), *ticks(B, 40, 50)], over=18, until=50
    )
    assert verdict == Verdict(two_s=1, none_during_s=12, none_after_s=10, nobody_up_s=0)


def test_a_gap_that_began_in_the_fault_counts_from_its_end() -> None:
    assert judged([*ticks(A, 0, 5), *ticks(B, 20, 30)], over=18, until=30).none_after_s == 2


def test_what_was_said_after_the_next_step_began_is_not_judged() -> None:
    assert judged([*ticks(A, 0, 30), *ticks(B, 25, 30)], over=1, until=20).two_s == 0


def test_a_node_that_is_up_leaves_no_excuse() -> None:
    lines = [Line(at(3), A, EXIT), Line(at(9), A, START), Line(at(14), A, SOCKET)]
    assert judged(lines, over=10, until=20).nobody_up_s == 0


def test_nobody_could_forge_before_the_first_node_was_up() -> None:
    lines = [
        *(Line(at(3), run, EXIT) for run in (A, B)),
        *(Line(at(9), run, START) for run in (A, B)),
        Line(at(14), B, SOCKET),
        Line(at(15), A, SOCKET),
        *ticks(B, 16, 20),
    ]
    verdict = judged(lines, over=10, until=20)
    assert (verdict.nobody_up_s, verdict.none_after_s) == (4, 6)
    assert not verdict.breaks(two_at_most_s=0, none_at_most_s=2)
    assert verdict.breaks(two_at_most_s=0, none_at_most_s=1.9)


def test_a_node_that_was_killed_is_down_when_its_next_word_is_its_start() -> None:
    started = [Line(at(12), run, START) for run in (A, B)]
    up = [Line(at(14), run, SOCKET) for run in (A, B)]
    assert judged([*started, *up], over=10, until=20).nobody_up_s == 4
    forged = ticks(A, 11, 11.5)  # killed after the end of the fault
    assert judged([*forged, *started, *up], over=10, until=20).nobody_up_s == 0


def test_two_forgers_break_any_bound_but_a_longer_one() -> None:
    verdict = judged([*ticks(A, 0, 10), *ticks(B, 5, 5.1)], over=1, until=10)
    assert verdict.breaks(two_at_most_s=0, none_at_most_s=100)
    assert not verdict.breaks(two_at_most_s=0.2, none_at_most_s=100)


@pytest.mark.parametrize(
    ("forged", "unproven_s"),
    [((0, 14), 0), ((0, 18), 1), ((16, 40), 12), ((20, 25), 5), ((30, 40), 0)],
)
def test_who_could_renew_no_lease_for_a_whole_one_may_not_forge(
    forged: tuple[float, float], unproven_s: float
) -> None:
    isolation = Isolation(frozenset({"a"}), begun=at(2), ended=at(29))
    for run, expected in ((A, unproven_s), (B, 0)):  # B could renew
        verdict = judge(
            ticks(run, *forged),
            up=["a"],
            since=BEGIN,
            over=at(29),
            until=at(40),
            isolations=[isolation],
            lease=timedelta(seconds=15),
        )
        assert verdict.unproven_s == pytest.approx(expected)
        assert verdict.breaks(two_at_most_s=0, none_at_most_s=100) is bool(expected)


def test_a_start_without_keys_is_a_violation_unless_nobody_was_there_to_prevent_it() -> None:
    failed = "exit 1, start-up failed: KES signing key kes.skey: the file does not exist"
    fit = "keys: fit, certificate counter 3"
    started = [Line(at(1), A, START), Line(at(1.1), A, failed), Line(at(2), B, EXIT)]
    verdict = judged([*started, Line(at(3), B, START), Line(at(3.1), B, fit)], over=3, until=4)
    assert (verdict.failed_starts, verdict.good_starts) == (1, 1)
    assert verdict.breaks(two_at_most_s=0, none_at_most_s=100)
    assert not verdict.breaks(two_at_most_s=0, none_at_most_s=100, starts_may_fail=True)


def test_a_node_that_forges_from_its_start_is_a_violation() -> None:
    said = "forging on at start, certificate counter 3"
    verdict = judged([Line(at(1), A, START), Line(at(2), A, said)], over=3, until=4)
    assert verdict.forging_starts == 1
    assert verdict.breaks(two_at_most_s=0, none_at_most_s=100, starts_may_fail=True)
    asked = Line(at(2), A, "forging on by SIGHUP 1, certificate counter 3")
    assert judged([asked], over=3, until=4).forging_starts == 0

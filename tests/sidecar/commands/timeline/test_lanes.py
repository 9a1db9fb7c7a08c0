"""Phases, gaps and overlaps by the managers' reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forge_manager.commands.timeline.handovers import FORGING, Report
from forge_manager.commands.timeline.lanes import Irregular, Span, irregular, spans

ZERO = datetime(2026, 1, 31, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def report(seconds: float, pod: str, phase: str) -> Report:
    return Report(at(seconds), pod, "Said", "", phase)


HAND_OVER = [
    report(0, "pool-1", "Standby"),
    report(1, "pool-0", FORGING),
    report(60, "pool-0", "Standby"),
    report(62.5, "pool-1", FORGING),
]


def test_a_phase_lasts_until_the_next_one_of_its_pod() -> None:
    assert spans(HAND_OVER) == [
        Span("pool-0", FORGING, at(1), at(60)),
        Span("pool-1", "Standby", at(0), at(62.5)),
        Span("pool-1", FORGING, at(62.5), None),
        Span("pool-0", "Standby", at(60), None),
    ]


def test_a_report_of_no_phase_or_of_the_same_one_ends_nothing() -> None:
    more = [report(2, "pool-0", ""), report(3, "pool-0", FORGING), report(4, "pool-9", "")]
    found = spans(sorted([*HAND_OVER, *more], key=lambda each: each.at))
    assert sorted(found, key=repr) == sorted(spans(HAND_OVER), key=repr)


def test_a_gap_is_between_two_that_forge_and_not_before_the_first() -> None:
    assert irregular(spans(HAND_OVER)) == [Irregular(0, at(60), at(62.5))]


def test_a_gap_that_lasts_has_no_end() -> None:
    assert irregular(spans(HAND_OVER[:3])) == [Irregular(0, at(60), None)]


def test_one_that_vanished_overlaps_until_it_speaks_again() -> None:
    found = [report(1, "pool-0", FORGING), report(30, "pool-1", FORGING)]
    assert irregular(spans(found)) == [Irregular(2, at(30), None)]
    back = [*found, report(40, "pool-0", "NoNode")]
    assert irregular(spans(back)) == [Irregular(2, at(30), at(40))]


def test_one_that_goes_off_as_another_goes_on_leaves_neither_gap_nor_overlap() -> None:
    found = [report(1, "a-0", FORGING), report(5, "a-0", "Standby"), report(5, "a-1", FORGING)]
    assert irregular(spans(found)) == []


def test_nothing_reported_is_nothing() -> None:
    assert (spans([]), irregular([])) == ([], [])


PHASES = st.sampled_from(["", FORGING, "Standby"])
STEPS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a-0", "a-1", "a-2"]), PHASES))


@given(STEPS)
def test_at_every_moment_the_number_of_forgers_is_told_rightly(
    steps: list[tuple[int, str, str]],
) -> None:
    now, found = 0, []
    phases: dict[str, str] = {}
    counts: dict[int, int] = {}  # from this moment on; what lasted no time is overwritten
    for wait, pod, phase in steps:
        now += wait
        found.append(report(now, pod, phase))
        phases[pod] = phase or phases.get(pod, "")
        counts[now] = list(phases.values()).count(FORGING)
    marked = irregular(spans(found))
    count, begun = 0, False
    for moment in range(now + 1):
        count = counts.get(moment, count)
        begun = begun or count > 0
        here = [m for m in marked if m.begin <= at(moment) and (not m.end or m.end > at(moment))]
        assert [m.forgers for m in here] == ([count] if begun and count != 1 else [])

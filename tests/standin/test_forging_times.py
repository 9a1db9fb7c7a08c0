"""The figures of end-to-end faults: who forged when, from the ticks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.framework.forging_times import Run, Span, longest_gap_s, overlap_s, parse, spans

START = datetime(2030, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def journal(pod: str, *ticks: float) -> str:
    times = (at(tick).isoformat(timespec="milliseconds") for tick in ticks)
    return "".join(f"{time.replace('+00:00', 'Z')} {pod} tick\n" for time in times)


def span(name: str, start: float, end: float) -> Span:
    return Span(Run(name, "uid"), at(start), at(end))


def test_ticks_close_together_are_one_span_and_a_pause_ends_it() -> None:
    lines = parse(journal("a", 0, 0.1, 0.3, 2, 2.1), "uid")
    assert spans(lines) == [span("a", 0, 0.3), span("a", 2, 2.1)]


def test_a_line_that_is_still_being_written_is_left_out() -> None:
    assert spans(parse(journal("a", 0, 0.1)[:-3], "uid")) == [span("a", 0, 0)]


def test_two_lives_of_one_pods_name_are_two_forgers() -> None:
    lines = parse(journal("a", 0, 0.2, 0.4), "old") + parse(journal("a", 0.2, 0.4, 0.6), "new")
    assert overlap_s(spans(lines)) == pytest.approx(0.2)


def test_spans_that_touch_do_not_overlap() -> None:
    assert overlap_s([span("a", 0, 1), span("b", 1, 2)]) == 0


def test_every_shared_time_counts() -> None:
    found = [span("a", 0, 5), span("b", 1, 2), span("c", 4, 6)]
    assert overlap_s(found) == 2


def test_the_longest_time_without_a_forger() -> None:
    found = [span("a", 0, 3), span("b", 2, 4), span("c", 9, 10), span("a", 11, 12)]
    assert longest_gap_s(found, since=at(1), until=at(12)) == 5


@pytest.mark.parametrize(("since", "until"), [(-7, 2), (1, 9)])
def test_none_at_the_beginning_or_the_end_counts(since: float, until: float) -> None:
    assert longest_gap_s([span("a", 0, 2)], since=at(since), until=at(until)) == 7


def test_what_was_before_does_not_count() -> None:
    found = [span("a", 0, 1), span("b", 20, 30)]
    assert longest_gap_s(found, since=at(15), until=at(30)) == 5

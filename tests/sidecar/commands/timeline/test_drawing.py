"""The picture says who forged when: the right places, gaps and overlaps, and every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.commands.timeline.drawing import MARGIN, WIDTH, Scale, drawing
from forge_manager.commands.timeline.handovers import MARKS, Report, reports
from tests.sidecar.commands.timeline import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"
ZERO = datetime(2026, 1, 31, 12, tzinfo=UTC)
PODS = ["pool-0", "pool-1"]
FIRST = [
    samples.report(0, "pool-0", "NodeUp", "Standby"),
    samples.report(2, "pool-0", "ForgingConfirmed", "Forging"),
    samples.report(3, "pool-1", "NodeUp", "Standby"),
]
HANDED_OVER = reports([*FIRST, *samples.hand_over(60, "pool-0", "pool-1")], PODS)
#: What lasts is drawn for 3 % of the whole after the last report, at 62.5 s.
END_S = 62.5 * 1.03


def drawn(found: list[Report]) -> ET.Element:
    return samples.xml(drawing("stake/pool", found))


def bars(svg: ET.Element, phase: str) -> Iterator[tuple[str, float, float]]:
    for rect in svg.iter(f"{SVG}rect"):
        if rect.get("data-phase") == phase:
            yield rect.get("data-pod", ""), number(rect, "x"), number(rect, "width")


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def texts(svg: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def marked(svg: ET.Element) -> list[tuple[str | None, str]]:
    found = [text for text in svg.iter(f"{SVG}text") if text.get("data-kind")]
    return [(text.get("data-kind"), "".join(text.itertext())) for text in found]


def test_times_are_where_they_belong() -> None:
    svg = drawn(HANDED_OVER)
    left = MARGIN + 7.3 * len("pool-0") + 10
    second = (WIDTH - MARGIN - left) / END_S
    (first, x_first, first_width), (then, x_then, then_width) = bars(svg, "Forging")
    assert (first, then) == ("pool-0", "pool-1")
    assert x_first == pytest.approx(left + 2 * second, abs=0.1)
    assert first_width == pytest.approx(58 * second, abs=0.1)
    assert x_then == pytest.approx(left + 62.5 * second, abs=0.1)
    assert x_then + then_width == pytest.approx(WIDTH - MARGIN, abs=0.2)


def test_each_event_is_a_dot_on_its_lane_and_a_line() -> None:
    svg = drawn(HANDED_OVER)
    dots = list(svg.iter(f"{SVG}circle"))
    assert len(dots) == len(HANDED_OVER)
    assert dots[0].findtext(f"{SVG}title") == "12:00:00.0 pool-0 NodeUp: Said"
    lanes = {
        pod: {number(d, "cy") for d, r in zip(dots, HANDED_OVER, strict=True) if r.pod == pod}
        for pod in PODS
    }
    assert [len(places) for places in lanes.values()] == [1, 1]
    assert lanes["pool-0"] < lanes["pool-1"] or min(lanes["pool-0"]) < min(lanes["pool-1"])
    assert "pool-1 ForgingConfirmed: Said" in texts(svg)
    assert "12:01:02.5" in texts(svg)


def test_a_gap_is_marked_with_its_length_where_it_is() -> None:
    svg = drawn(HANDED_OVER)
    assert marked(svg) == [("gap", "none for 2.5 s")]
    (gap,) = (r for r in svg.iter(f"{SVG}rect") if r.get("class") == "gap" and number(r, "y") > 60)
    (_, x, width), (_, x_then, _) = bars(svg, "Forging")
    assert number(gap, "x") == pytest.approx(x + width, abs=0.2)
    assert number(gap, "x") + number(gap, "width") == pytest.approx(x_then, abs=0.2)


def test_an_overlap_is_marked_and_one_that_lasts_says_so() -> None:
    taken = [samples.report(60, "pool-1", "ForgingConfirmed", "Forging")]
    assert marked(drawn(reports([*FIRST, *taken], PODS))) == [("overlap", "2 lasts")]
    back = [*taken, samples.report(64, "pool-0", "Starting", "NoNode")]
    assert marked(drawn(reports([*FIRST, *back], PODS))) == [("overlap", "2 for 4.0 s")]


def test_a_short_time_is_still_seen() -> None:
    later = [samples.report(3000, "pool-1", "HandOverRefused", "HandOver")]
    svg = drawn(reports([*FIRST, *samples.hand_over(60, "pool-0", "pool-1"), *later], PODS))
    assert all(width >= 2 for _, _, width in bars(svg, "SwitchingOn"))


def test_only_the_last_five_turns_are_drawn_and_the_state_before_them_is() -> None:
    turns = [samples.hand_over(60 * n, f"pool-{n % 2}", f"pool-{(n + 1) % 2}") for n in range(1, 9)]
    svg = drawn(reports([event for turn in turns for event in turn], PODS))
    assert len(list(svg.iter(f"{SVG}circle"))) == 5 * 4
    lefts = [x for phase in MARKS for _, x, _ in bars(svg, phase)]
    assert lefts.count(min(lefts)) >= 2  # both pods, from the left edge on


def test_without_events_it_says_that_there_are_none() -> None:
    svg = drawn([])
    assert texts(svg)[0] == "stake/pool: who forged when, as the managers reported"
    assert "none in the events" in texts(svg)[1]


def test_texts_are_texts() -> None:
    note = "</text><script>&amp;\x1b[31m\ud800"
    found = [replace(HANDED_OVER[0], note=note, pod="<&-0")]
    svg = drawn(found)
    assert "<&-0 NodeUp: </text><script>&amp;\ufffd[31m\ufffd" in texts(svg)
    assert not list(svg.iter(f"{SVG}script"))


def test_long_texts_do_not_leave_the_picture() -> None:
    found = [replace(HANDED_OVER[0], note="x" * 1000)]
    svg = samples.xml(drawing(f"{'n' * 63}/{'r' * 53}", found))
    assert max(map(len, texts(svg))) * 7.3 < WIDTH - MARGIN
    assert texts(svg)[1] == "2026-01-31, UTC"


def test_it_has_a_dark_side_and_every_class_a_colour_in_both() -> None:
    svg = drawn(HANDED_OVER)
    light, _, dark = (svg.findtext(f"{SVG}style") or "").partition("prefers-color-scheme: dark")
    used = {kind for each in svg.iter() for kind in each.get("class", "").split()}
    assert {"paper", "ink", "forges", "gap"} <= used
    for kind in used:
        assert f".{kind}{{" in light, kind
        assert f".{kind}{{" in dark, kind


def test_the_last_place_in_time_is_the_last_on_the_right() -> None:
    scale = Scale(ZERO, ZERO + timedelta(seconds=10), 100, 200)
    assert [scale.x(ZERO + timedelta(seconds=s)) for s in (-5, 0, 5, 10, 99)] == [
        *(100, 100, 150, 200, 200)
    ]
    assert scale.bar(ZERO - timedelta(5), ZERO) is None
    assert scale.bar(ZERO + timedelta(seconds=10), None) is None


REPORTS = st.lists(
    st.builds(
        Report,
        at=st.floats(0, 5000).map(lambda s: ZERO + timedelta(seconds=s)),
        pod=st.sampled_from(["pool-0", "pool-1", "pool-10", "odd"]),
        reason=st.text(max_size=5),
        note=st.text(max_size=20),
        phase=st.sampled_from(["", *MARKS]),
    ),
    max_size=12,
)


@given(REPORTS)
def test_whatever_is_reported_is_a_picture_within_its_frame(found: list[Report]) -> None:
    svg = drawn(sorted(found, key=lambda report: report.at))
    _, _, width, height = map(float, svg.get("viewBox", "").split())
    for rect in svg.iter(f"{SVG}rect"):
        assert number(rect, "x" if rect.get("x") else "width") >= 0
        assert float(rect.get("x", "0")) + number(rect, "width") <= width + 2
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= number(text, "y") <= height
        room = 7.3 * len("".join(text.itertext()))
        left = number(text, "x") - room * {"end": 1, "middle": 0.5}.get(
            text.get("text-anchor", ""), 0
        )
        assert left >= 0
        assert left + room <= width + 20

"""Who forged when, as a picture: a lane for each pod, gaps and overlaps, and what was reported.

Pure: no clock, no cluster. It ends a little after the last report, to show what still lasts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forge_manager.commands.timeline.handovers import FORGING, clock, columns_of, first_shown
from forge_manager.commands.timeline.lanes import Irregular, Span, irregular, spans
from forge_manager.commands.timeline.svg import element, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forge_manager.commands.timeline.handovers import Report

WIDTH = 1000.0
MARGIN = 20.0
#: Of one letter in the list; also what a pod's name is given on the left.
_LETTER = 7.3
_LANE = 30.0
_LINE = 17.0
_LANES_FROM = 76.0
_HEAD = 26.0
_MOST_LETTERS = 116  # of an event
_MOST_LETTERS_OF_TITLE = 110
_LEAST_WIDTH = 2.0  # of anything that took time, however short
_MOST_TICKS = 8
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)
_LASTS = 0.03  # of the whole, after the last report
_NOTHING = "none in the events (Kubernetes keeps them for an hour)"
#: How a phase is drawn: its class, and the height of its bar.
_BARS = {
    FORGING: ("forges", 16.0),
    "SwitchingOn": ("switching", 12.0),
    "SwitchingOff": ("switching", 12.0),
    "Adopting": ("perhaps", 12.0),
    "Ending": ("ended", 12.0),
    "Killing": ("ended", 12.0),
    "Standby": ("standby", 4.0),
    "NoNode": ("none", 1.0),
}
_LEGEND = (
    ("forges", "forges"),
    ("switching", "is being switched"),
    ("standby", "stands by"),
    ("perhaps", "may be forging"),
    ("ended", "is being stopped"),
    ("gap", "no node forges"),
    ("overlap", "several, as reported"),
)
_COLOURS = {  # in light, in dark
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "faint": ("#59636e", "#9198a1"),
    "rule": ("#d1d9e0", "#3d444d"),
    "forges": ("#1a7f37", "#3fb950"),
    "switching": ("#9a6700", "#d29922"),
    "perhaps": ("#8250df", "#a371f7"),
    "ended": ("#6e7781", "#8b949e"),
    "standby": ("#54aeff", "#388bfd"),
    "none": ("#d1d9e0", "#3d444d"),
    "gap": ("#ffb77c", "#9e4c1c"),
    "overlap": ("#ff8182", "#b62324"),
}


@dataclass(frozen=True)
class Scale:
    """Where a time is drawn: from `left` for `begin` to `right` for `end`, and never beyond."""

    begin: datetime
    end: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Return the place of a time."""
        share = (at - self.begin) / (self.end - self.begin)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def bar(self, begin: datetime, end: datetime | None) -> tuple[float, float] | None:
        """Return place and width of a stretch of time; None when none of it is drawn."""
        end = end or self.end
        if end <= self.begin or begin >= self.end:
            return None
        left, right = self.x(begin), self.x(end)
        return left, max(_LEAST_WIDTH, right - left)


def drawing(name: str, found: Sequence[Report]) -> str:
    """Return the last turns of forging as SVG. `name`: of the release, in the title."""
    title = f"{name}: who forged when, as the managers reported"
    shown = found[first_shown(found) :]
    if not shown:
        said = _text(_NOTHING, MARGIN, 50, "ink")
        return _document(title, 70, [said])
    pods = columns_of(found)
    left = MARGIN + _LETTER * max(len(pod) for pod in pods) + 10
    first, last = shown[0].at, shown[-1].at
    lasts = max(timedelta(seconds=1), (last - first) * _LASTS)
    scale = Scale(first, last + lasts, left, WIDTH - MARGIN)
    bottom = _LANES_FROM + _LANE * len(pods)
    events_from = bottom + 66
    phases = spans(found)
    day = f"{first.astimezone(UTC):%Y-%m-%d}, UTC"
    parts = [
        _text(day, WIDTH - MARGIN, _HEAD, "faint", text_anchor="end"),
        *_legend(),
        *_irregular(irregular(phases), scale, bottom),
        *(part for n, pod in enumerate(pods) for part in _lane(n, pod, phases, scale)),
        *_dots(shown, pods, scale),
        *_axis(scale, bottom + 24),
        *_events(shown, events_from),
    ]
    return _document(title, events_from + _LINE * len(shown) + 4, parts)


def _document(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        element(
            "svg",
            "\n",
            element("title", text(title)),
            "\n",
            element("style", text(_style())),
            "\n",
            element("rect", class_="paper", width=WIDTH, height=height),
            "\n",
            _text(_cut(title, _MOST_LETTERS_OF_TITLE), MARGIN, _HEAD, "ink", font_weight="bold"),
            "\n",
            "\n".join(parts),
            "\n",
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH:.0f} {math.ceil(height)}",
            role="img",
        )
        + "\n"
    )


def _style() -> str:
    light, dark = (
        "".join(f".{name}{{fill:{both[side]}}}" for name, both in _COLOURS.items())
        + f".line{{stroke:{_COLOURS['rule'][side]}}}.dot{{stroke:{_COLOURS['paper'][side]}}}"
        for side in (0, 1)
    )
    family = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
    font = f"text{{font-size:12px;font-family:{family}}}"
    return f"{font}{light}@media (prefers-color-scheme: dark){{{dark}}}"


def _legend() -> Iterator[str]:
    x = MARGIN
    for kind, said in _LEGEND:
        yield element("rect", class_=kind, x=x, y=42, width=12, height=12)
        yield _text(said, x + 17, 52, "faint")
        x += 17 + _LETTER * len(said) + 16


def _lane(number: int, pod: str, phases: Sequence[Span], scale: Scale) -> Iterator[str]:
    middle = _middle(number)
    yield _text(pod, scale.left - 10, middle + 4, "ink", text_anchor="end")
    for span in phases:
        if span.pod == pod and (bar := scale.bar(span.begin, span.end)):
            yield _span(span, bar, middle)


def _span(span: Span, bar: tuple[float, float], middle: float) -> str:
    kind, height = _BARS[span.phase]
    until = clock(span.end) if span.end else "…"
    return element(
        "rect",
        element("title", text(f"{span.pod} {span.phase} {clock(span.begin)} to {until}")),
        class_=kind,
        x=bar[0],
        y=middle - height / 2,
        width=bar[1],
        height=height,
        data_pod=span.pod,
        data_phase=span.phase,
    )


def _irregular(found: Sequence[Irregular], scale: Scale, bottom: float) -> Iterator[str]:
    drawn = [(each, bar) for each in found if (bar := scale.bar(each.begin, each.end))]
    for n, (each, (x, width)) in enumerate(drawn):
        kind = "overlap" if each.forgers else "gap"
        yield element(
            "rect",
            class_=kind,
            x=x,
            y=_LANES_FROM - 4,
            width=width,
            height=bottom - _LANES_FROM + 4,
        )
        took = f"for {(each.end - each.begin).total_seconds():.1f} s" if each.end else "lasts"
        # One up, one down: those close to each other stay readable.
        y = bottom + 12 if n % 2 == 0 else _LANES_FROM - 8
        place = min(max(x + width / 2, scale.left + 60), scale.right - 60)
        yield _text(
            f"{each.forgers or 'none'} {took}",
            place,
            y,
            "ink",
            text_anchor="middle",
            data_kind=kind,
        )


def _dots(shown: Sequence[Report], pods: Sequence[str], scale: Scale) -> Iterator[str]:
    for report in shown:
        yield element(
            "circle",
            element("title", text(f"{clock(report.at)} {_said(report)}")),
            class_="ink dot",
            cx=scale.x(report.at),
            cy=_middle(pods.index(report.pod)),
            r=3,
        )


def _axis(scale: Scale, y: float) -> Iterator[str]:
    yield element("line", class_="line", x1=scale.left, x2=scale.right, y1=y, y2=y)
    length_s = (scale.end - scale.begin).total_seconds()
    step = next((s for s in _STEPS_S if length_s / s <= _MOST_TICKS), _STEPS_S[-1])
    first = math.ceil(scale.begin.timestamp() / step) * step
    for at in range(first, math.floor(scale.end.timestamp()) + 1, step):
        time = datetime.fromtimestamp(at, UTC)
        x = scale.x(time)
        yield element("line", class_="line", x1=x, x2=x, y1=y, y2=y + 5)
        yield _text(f"{time:%H:%M:%S}", x, y + 18, "faint", text_anchor="middle")


def _events(shown: Sequence[Report], y: float) -> Iterator[str]:
    for n, report in enumerate(shown):
        yield _text(clock(report.at), MARGIN, y + _LINE * n, "faint")
        yield _text(_cut(_said(report), _MOST_LETTERS), MARGIN + 85, y + _LINE * n, "ink")


def _said(report: Report) -> str:
    return f"{report.pod} {report.reason}" + (f": {report.note}" if report.note else "")


def _cut(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _middle(lane: int) -> float:
    return _LANES_FROM + _LANE * lane + _LANE / 2


def _text(said: str, x: float, y: float, kind: str, **attributes: str) -> str:
    return element("text", text(said), class_=kind, x=x, y=y, **attributes)

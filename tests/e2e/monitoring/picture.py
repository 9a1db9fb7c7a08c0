"""The dashboard as a picture: its panels, units, mappings and places, drawn from real series.

Grafana itself is not run; what a panel asks, and where it stands, is the dashboard's own.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

Object = dict[str, Any]
#: Samples of one series: Unix times, and values.
Series = tuple[str, list[float], list[float]]

_COLUMNS = 24  # of Grafana's grid
# Inches of the picture: a column and a row of that grid; the gap between two panels; and what a
# panel keeps for its title, its legend and the words of its axes.
_COLUMN_IN, _ROW_IN = 0.66, 0.31
_GAP_IN = 0.06
_LEFT_IN, _RIGHT_IN, _TOP_IN, _BOTTOM_IN = 0.85, 0.15, 0.34, 0.26
_LEGEND_LINE_IN = 0.13
_LEGEND_COLUMNS = 3
_COLOURS = 128
_LINES = ("#5794f2", "#ff9830", "#73bf69", "#b877d9", "#f2495c", "#fade2a", "#8ab8ff", "#ffb357")
_INK = "#111217"  # on these:
_NAMED = {"green": "#56a64b", "red": "#e02f44", "orange": "#ff780a"}
_STEPS = (("d", 86400.0), ("h", 3600.0), ("min", 60.0))


@dataclass(frozen=True)
class Theme:
    """Colours of a page."""

    page: str
    panel: str
    edge: str
    text: str
    quiet: str


THEMES = {
    "light": Theme("#f4f5f5", "#ffffff", "#dcdde0", "#24292e", "#c7d0d9"),
    "dark": Theme("#111217", "#181b1f", "#2c3235", "#d8d9da", "#464c54"),
}


def draw(
    dashboard: Object, read: Callable[[Object], Sequence[Object]], theme: Theme, path: Path
) -> list[str]:
    """Draw all panels into a PNG; return the titles of those without data.

    `read` returns the series of a target over the time to draw, as Prometheus' `query_range` does;
    of an instant query there is one sample.
    """
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
    size = (_COLUMNS * _COLUMN_IN + 2 * _GAP_IN, bottom * _ROW_IN + 2 * _GAP_IN)
    figure = Figure(figsize=size, facecolor=theme.page, dpi=80)
    empty = []
    for panel in dashboard["panels"]:
        card = _Box.of(panel["gridPos"], size)
        if panel["type"] == "row":
            where = (card.left + _GAP_IN) / size[0], (card.bottom + _GAP_IN) / size[1]
            figure.text(*where, panel["title"], color=theme.text, fontsize=12, weight="bold")
            continue
        series = [one for target in panel["targets"] for one in _series(target, read)]
        if not series:
            empty.append(panel["title"])
        background = figure.add_axes(card.within(size), facecolor=theme.panel)
        _frame(background, theme)
        background.set_xticks([])
        background.set_yticks([])
        title = (card.left + _RIGHT_IN) / size[0], (card.bottom + card.height - 0.22) / size[1]
        figure.text(*title, panel["title"], color=theme.text, fontsize=9, weight="bold")
        axes = figure.add_axes(
            card.inner(panel["type"], len(series)).within(size), facecolor=theme.panel
        )
        _frame(axes, theme)
        _KINDS[panel["type"]](axes, panel, series, theme)
    drawn = io.BytesIO()
    figure.savefig(drawn, facecolor=theme.page)
    # A page of flat colours: a palette of them takes a third of the bytes.
    Image.open(drawn).convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    return empty


@dataclass(frozen=True)
class _Box:
    """A rectangle of the picture in inches, from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @classmethod
    def of(cls, grid: Mapping[str, int], size: tuple[float, float]) -> _Box:
        return cls(
            grid["x"] * _COLUMN_IN + 1.5 * _GAP_IN,
            size[1] - (grid["y"] + grid["h"]) * _ROW_IN - _GAP_IN / 2,
            grid["w"] * _COLUMN_IN - _GAP_IN,
            grid["h"] * _ROW_IN - _GAP_IN,
        )

    def inner(self, kind: str, series: int) -> _Box:
        """Return where a panel's data is drawn."""
        left = _RIGHT_IN if kind == "stat" else _LEFT_IN
        lines = -(-series // _LEGEND_COLUMNS) if kind == "timeseries" else 0
        bottom = _RIGHT_IN if kind == "stat" else _BOTTOM_IN + lines * _LEGEND_LINE_IN
        return _Box(
            self.left + left,
            self.bottom + bottom,
            self.width - left - _RIGHT_IN,
            self.height - bottom - _TOP_IN,
        )

    def within(self, size: tuple[float, float]) -> tuple[float, float, float, float]:
        """Return it in parts of the picture, as a figure takes it."""
        width, height = size
        return self.left / width, self.bottom / height, self.width / width, self.height / height


def _series(target: Object, read: Callable[[Object], Sequence[Object]]) -> list[Series]:
    found: list[Series] = []
    for one in read(target):
        name = target["legendFormat"]
        for label in re.findall(r"\{\{(\w+)\}\}", name):
            name = name.replace(f"{{{{{label}}}}}", one["metric"].get(label, ""))
        kept = [(at, float(value)) for at, value in one["values"] if value not in ("NaN", "+Inf")]
        if kept:
            found.append((name, [at for at, _ in kept], [value for _, value in kept]))
    return found


def _frame(axes: Axes, theme: Theme) -> None:
    for spine in axes.spines.values():
        spine.set_color(theme.edge)
    axes.tick_params(colors=theme.text, labelsize=7, length=0)


def _stat(axes: Axes, panel: Object, series: list[Series], theme: Theme) -> None:
    """The last value of each series, on the colour of its threshold."""
    axes.set_xticks([])
    axes.set_yticks([])
    defaults = panel["fieldConfig"]["defaults"]
    shown = series or [("", [], [])]
    for index, (name, _, values) in enumerate(shown):
        step = defaults.get("thresholds", {}).get("steps", [])
        reached = [s["color"] for s in step if values and values[-1] >= (s["value"] or 0)]
        place = index / len(shown)
        colour = _NAMED.get(reached[-1], theme.quiet) if reached else theme.quiet
        axes.axvspan(place, place + 1 / len(shown), color=colour)
        ink = _INK if reached else theme.text
        text = _amount(values[-1], defaults.get("unit", "short")) if values else "No data"
        middle = place + 0.5 / len(shown)
        if panel["options"].get("textMode") == "name":
            words = name.replace(": ", "\n").replace(", ", "\n")
            axes.text(middle, 0.5, words, ha="center", va="center", fontsize=8, color=ink)
        else:
            axes.text(middle, 0.55, text, ha="center", va="center", fontsize=17, color=ink)
            axes.text(middle, 0.12, name, ha="center", fontsize=7, color=ink)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _timeseries(axes: Axes, panel: Object, series: list[Series], theme: Theme) -> None:
    unit = panel["fieldConfig"]["defaults"].get("unit", "short")
    for index, (name, times, values) in enumerate(series):
        axes.plot(times, values, label=name, color=_LINES[index % len(_LINES)], lw=1.3)
    axes.grid(visible=True, color=theme.edge, lw=0.5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(value, unit)))
    if series:
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, 0) if low > 0 and high < 10 * low else low, high)
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.1),
            ncols=_LEGEND_COLUMNS,
            labelspacing=0.15,
            fontsize=6.5,
            frameon=False,
            labelcolor=theme.text,
        )
        _by_time(axes)
    else:
        _no_data(axes, theme)


def _state_timeline(axes: Axes, panel: Object, series: list[Series], theme: Theme) -> None:
    """A lane for each series: bars in the colour of their value, with its text."""
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    for lane, (_, times, values) in enumerate(series):
        for begin, end, value in _runs(times, values):
            said = mapping["options"].get(f"{value:g}", {"text": f"{value:g}", "color": "text"})
            colour = _NAMED.get(said["color"], theme.quiet)
            axes.barh(lane, end - begin, left=begin, height=0.8, color=colour)
            ink = _INK if said["color"] in _NAMED else theme.text
            if end - begin > 0.08 * (times[-1] - times[0]):
                axes.text(begin, lane, f" {said['text']}", va="center", fontsize=7, color=ink)
    axes.set_yticks(range(len(series)), [name for name, _, _ in series])
    axes.invert_yaxis()
    if series:
        _by_time(axes)
    else:
        _no_data(axes, theme)


def _runs(times: list[float], values: list[float]) -> list[tuple[float, float, float]]:
    """Return from when to when the series had which value."""
    runs = [(times[0], times[0], values[0])]
    for at, value in zip(times[1:], values[1:], strict=True):
        begin, _, former = runs[-1]
        runs[-1] = (begin, at, former)
        if value != former:
            runs.append((at, at, value))
    return runs


_KINDS: Mapping[str, Callable[[Axes, Object, list[Series], Theme], None]] = {
    "stat": _stat,
    "timeseries": _timeseries,
    "state-timeline": _state_timeline,
}


def _by_time(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MultipleLocator(60 * max(1, round(_minutes(axes) / 5))))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda at, _: f"{datetime.fromtimestamp(at, UTC):%H:%M}")
    )


def _minutes(axes: Axes) -> float:
    begin, end = axes.get_xlim()
    return (end - begin) / 60


def _no_data(axes: Axes, theme: Theme) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, "No data", transform=axes.transAxes, ha="center", color=theme.text)


def _amount(value: float, unit: str) -> str:
    """Return a value as Grafana writes one of this unit, or nearly."""
    match unit:
        case "s":
            for name, seconds in _STEPS:
                if abs(value) >= seconds * 1.5:
                    return f"{value / seconds:.3g} {name}"
            return f"{value * 1000:.3g} ms" if 0 < abs(value) < 1 else f"{value:.3g} s"
        case "bytes":
            for name, size in (("GiB", 2.0**30), ("MiB", 2.0**20), ("KiB", 2.0**10)):
                if abs(value) >= size:
                    return f"{value / size:.3g} {name}"
            return f"{value:.3g} B"
        case "percentunit":
            return f"{value * 100:.3g} %"
        case "reqps":
            return f"{value:.3g} req/s"
        case _:
            return f"{value:.3g}"

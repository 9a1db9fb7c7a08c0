"""Charts as SVG: of each figure its samples, their median and the limit."""

from __future__ import annotations

import io
import itertools
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure as Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from bench.report.figure import Figure
    from bench.report.results import Results

_WIDTH_IN = 8.0
_ROW_IN = 0.42
_FRAME_IN = 0.9
# Read on light and on dark pages alike.
_TEXT, _SAMPLE, _LIMIT = "#7d8590", "#388bfd", "#db6d28"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "measurements",
    "font.family": "sans-serif",
    "text.color": _TEXT,
    "axes.edgecolor": _TEXT,
    "axes.labelcolor": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
}


def by_section(found: Results) -> dict[str, list[Figure]]:
    """Return the figures that have several samples, by their section."""
    sampled = [figure for figure in found.figures if len(figure.samples) > 1]
    grouped = itertools.groupby(sampled, lambda figure: figure.section)
    return {section: list(figures) for section, figures in grouped}


def chart(figures: Sequence[Figure]) -> str:
    """Return a chart of figures in one unit: a row each, the first on top."""
    with mpl.rc_context(_STYLE):
        picture = Picture(figsize=(_WIDTH_IN, _FRAME_IN + _ROW_IN * len(figures)))
        axes = picture.add_subplot()
        for row, figure in enumerate(figures):
            _draw(axes, row, figure)
        axes.set_yticks(range(len(figures)), [figure.what for figure in figures])
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel(f"{figures[0].unit}; bar: median, orange: the limit of the same run")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.patch.set_alpha(0)
        picture.patch.set_alpha(0)
        written = io.StringIO()
        picture.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _draw(axes: Axes, row: int, figure: Figure) -> None:
    axes.plot(
        figure.samples, [row] * len(figure.samples), "o", color=_SAMPLE, alpha=0.5, markersize=4
    )
    axes.plot([figure.value], [row], "|", color=_SAMPLE, markersize=16, markeredgewidth=2.5)
    if figure.limit and figure.limit.same_run:
        axes.plot([figure.limit.value], [row], "|", color=_LIMIT, markersize=16, markeredgewidth=2)

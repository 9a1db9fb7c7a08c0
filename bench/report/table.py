"""Results as tables of Markdown, one a section."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.report.figure import Figure
    from bench.report.results import Results

_HEAD = ("measured", "least and most", "limit", "at most")


def lines(results: Results) -> Iterator[str]:
    """Return the table of each section, with its heading row."""
    for section, figures in itertools.groupby(results.figures, lambda figure: figure.section):
        yield _row((section.replace("-", " "), *_HEAD))
        yield _row(("---",) * (1 + len(_HEAD)))
        for figure in figures:
            yield _row(_cells(figure))
        yield ""


def measured(value: float, unit: str) -> str:
    """Return a value with as many digits as it is good for."""
    if value and abs(value) < 0.1:  # noqa: PLR2004 - thousandths say more than zeros
        text = f"{value:.3f}"
    elif abs(value) < 10:  # noqa: PLR2004 - two digits behind the point
        text = f"{value:.2f}"
    else:
        text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"  # noqa: PLR2004
    shown = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{shown} {unit}".strip()


def _cells(figure: Figure) -> tuple[str, ...]:
    spread = ""
    if figure.samples:
        least, most = min(figure.samples), max(figure.samples)
        spread = f"{measured(least, '')} to {measured(most, '')} of {len(figure.samples)}"
    limit = ""
    if figure.limit:
        limit = f"{measured(figure.limit.value, figure.unit)}, {figure.limit.is_what}"
    bound = "" if figure.bound is None else measured(figure.bound, figure.unit)
    value = measured(figure.value, figure.unit)
    return figure.what, value if figure.holds else f"**{value}**", spread, limit, bound


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"

"""Whether a run is worse than the one that is kept, by ratios to the limits of each run.

Absolute times tell how busy or slow a machine is; the ratio to a limit of the same run does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report.table import measured

if TYPE_CHECKING:
    from bench.report.figure import Figure
    from bench.report.results import Results

#: A ratio may be so many times the one that is kept.
WORSE_BY = 1.5


def regressions(kept: Results | None, now: Results) -> list[str]:
    """Return what to say of each figure whose ratio has become worse by half or more."""
    before = {figure.name: figure for figure in kept.figures} if kept else {}
    pairs = ((before[figure.name], figure) for figure in now.figures if figure.name in before)
    return [said for old, new in pairs if (said := _regression(old, new))]


def _regression(old: Figure, new: Figure) -> str | None:
    if old.ratio is None or new.ratio is None or new.ratio < WORSE_BY * old.ratio:
        return None
    return (
        f"{new.name}: {measured(new.value, new.unit)} is {new.ratio:.2f} times its limit of this "
        f"run; kept are {old.ratio:.2f} times ({measured(old.value, old.unit)})"
    )

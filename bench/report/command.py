"""What every measuring command does with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report import guard, page, results, table
from devkit.steps import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.report.figure import Figure


def conclude(
    name: str,
    command: str,
    figures: Iterable[Figure],
    versions: Mapping[str, str],
    *,
    keep: bool = True,
) -> int:
    """Print the table and keep the results; returns the exit code.

    Without `keep` it is a trial: held against its bounds, and neither compared nor kept.

    Results beyond a bound, or worse by half than the kept ones, are told and not kept. To have a
    worse ratio accepted, delete the kept file and measure again.
    """
    now = results.of_now(command, versions, figures)
    say(f"\n{now.command}, {now.date}, {now.machine}\n")
    say("\n".join(table.lines(now)))
    faults = [f"{figure.name}: beyond its bound" for figure in now.broken]
    if keep:
        faults += guard.regressions(results.read(name), now)
    if faults:
        say("\n".join(["NOT KEPT:", *faults]))
        return 1
    if keep:
        results.write(name, now)
        page.write()
    return 0

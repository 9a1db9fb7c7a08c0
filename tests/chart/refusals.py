"""A refusal is false where the value that it names, taken back to its default, leaves it standing.

It sends people to the wrong place: what it names is as the chart brought it, and what is at fault
stays unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.chart.rendering import BY_CHECK, RefusedError, Rendered
from tests.chart.samples import Values

Render = Callable[[Values], Rendered]


def lines(text: str) -> list[str]:
    """The problems in what Helm says, one each, where checks of the chart's refuse."""
    said = text.partition(BY_CHECK)[2].splitlines()
    return [line.removeprefix("  - ") for line in said if line.startswith("  - ")]


def reset(values: Values, path: str) -> Values | None:
    """The same without what they say at this path; None where they say nothing there."""
    left = deepcopy(values)
    *parents, last = path.split(".")
    place: Any = left
    for key in parents:
        place = place.get(key) if isinstance(place, dict) else None
    if not isinstance(place, dict) or last not in place:
        return None
    del place[last]
    return left


def false(values: Values, said: list[str], render: Render) -> Iterator[str]:
    """What is false of the lines for which these values are refused."""
    for line in said:
        without = reset(values, line.partition(": ")[0])
        if without is None:
            yield f"names what is not set: {line}"
        elif line in _refused(without, render):
            yield f"stays when that is taken back: {line}"


def _refused(values: Values, render: Render) -> list[str]:
    try:
        render(values)
    except RefusedError as refusal:
        return lines(str(refusal))
    return []

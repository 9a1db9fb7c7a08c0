"""Which certificate each node forged with, from the journals of the stand-ins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.e2e.framework.forging_times import Line, Run

_FORGING = re.compile(r"forging (?:stays )?on .*certificate counter (\d+)$")


@dataclass(frozen=True)
class Use:
    """A tick under a certificate of this counter."""

    at: datetime
    run: Run
    counter: int


def uses(lines: Iterable[Line]) -> list[Use]:
    """Return every tick with its certificate, in order of time.

    A run's lines must begin before its first tick. Raises KeyError for a tick without a cause.
    """
    counters: dict[Run, int] = {}
    found = []
    for line in sorted(lines, key=lambda line: line.at):
        if switched := _FORGING.match(line.event):
            counters[line.run] = int(switched[1])
        elif line.event == "tick":
            found.append(Use(line.at, line.run, counters[line.run]))
    return found


def older_after_newer(found: Iterable[Use]) -> list[Use]:
    """Return the ticks under an older certificate than that of the tick before."""
    return [use for before, use in pairwise(found) if use.counter < before.counter]

"""The two checked-in tables: what each mutant's fate was, and why some are let live.

Both are keyed by what a mutant reads like, not by lines, so that they stay true when a file grows.
Tab-separated, with a first line of names; \\n and \\t in the text are written as in Python.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.sidecar.mutation.mutants import Key

HERE = Path(__file__).parent
JUDGED = HERE / "judged.tsv"
SURVIVORS = HERE / "survivors.tsv"

UNITS = "units"
SIMULATION = "simulation"
TIME = "time"  # noticed by taking too long, which a slow machine may do as well
SURVIVED = "survived"

_KEY = ("file", "within", "before", "after", "nth")


@dataclass(frozen=True)
class Fate:
    """`verdict`: one of the four above. `by`: the test, or the simulation's arguments."""

    verdict: str
    by: str


def read_judged(path: Path = JUDGED) -> dict[Key, Fate]:
    """Return the recorded fates."""
    return {key: Fate(*rest) for key, rest in _read(path)}


def write_judged(fates: Mapping[Key, Fate], path: Path = JUDGED) -> None:
    """Record fates, in the order of their keys."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        writer.writerow((*_KEY, "verdict", "by"))
        for key in sorted(fates):
            fate = fates[key]
            row = (key.file, key.within, key.before, key.after, key.nth, fate.verdict, fate.by)
            writer.writerow(row)


def read_survivors(path: Path = SURVIVORS) -> dict[Key, str]:
    """Return the reason of each mutant that is known to be noticed by nothing."""
    return {key: reason for key, (reason,) in _read(path)}


def _read(path: Path) -> list[tuple[Key, list[str]]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        rows = list(csv.reader(file, dialect="excel-tab"))[1:]
    return [(Key(file, within, a, b, int(n)), rest) for file, within, a, b, n, *rest in rows]

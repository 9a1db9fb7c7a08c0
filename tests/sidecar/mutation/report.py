"""What a run found, for people, and whether it is good enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.sidecar.mutation.mutants import Key, Mutant
from tests.sidecar.mutation.tables import SIMULATION, SURVIVED, TIME, UNITS, Fate

TARGET = 0.95
_SHOWN = {UNITS: "units", SIMULATION: "simulation", TIME: "limit of time", SURVIVED: "survived"}


@dataclass(frozen=True)
class Judged:
    """A mutant, its fate, and the seconds of each stage that was run for it."""

    mutant: Mutant
    fate: Fate
    seconds: Mapping[str, float]


def share(judged: list[Judged]) -> float:
    """Return the part that was noticed, 0 to 1; 0 of none."""
    noticed = sum(one.fate.verdict != SURVIVED for one in judged)
    return noticed / max(1, len(judged))


def unknown(judged: list[Judged], reasons: Mapping[Key, str]) -> list[Mutant]:
    """Return the survivors that nobody has given a reason for."""
    return [
        one.mutant
        for one in judged
        if one.fate.verdict == SURVIVED and one.mutant.key not in reasons
    ]


def passes(judged: list[Judged], reasons: Mapping[Key, str]) -> bool:
    """Tell whether enough are noticed, and the others are known."""
    return share(judged) >= TARGET and not unknown(judged, reasons)


def table(judged: list[Judged], reasons: Mapping[Key, str], elapsed_s: float, left: int) -> str:
    """Return the table: by whom they were noticed, the time of each stage, the survivors."""
    counts = Counter(one.fate.verdict for one in judged)
    lines = [f"{'noticed by':<16}{'mutants':>8}"]
    lines += [f"{_SHOWN[each]:<16}{counts[each]:>8}" for each in (UNITS, SIMULATION, TIME)]
    lines += [f"{_SHOWN[SURVIVED]:<16}{counts[SURVIVED]:>8}"]
    lines += [f"{share(judged):.1%} of {len(judged)} noticed (target {TARGET:.0%})"]
    spent = Counter[str]()
    for one in judged:
        spent.update(one.seconds)
    stages = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in spent.items())
    lines += [f"{elapsed_s:.0f} s; of the workers: {stages or 'nothing'}"]
    if left:
        lines += [f"no time for {left}"]
    for one in judged:
        if one.fate.verdict == SURVIVED:
            reason = reasons.get(one.mutant.key, "NOT IN THE TABLE: add a test, or a reason")
            lines += [f"survived  {one.mutant}\n          {reason}"]
        elif one.mutant.key in reasons:
            lines += [f"noticed now, take it off the table of survivors: {one.mutant}"]
    return "\n".join(lines)

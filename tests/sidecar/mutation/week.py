"""The mutants of the week: a few that are known to be noticed, so that `make test` stays true.

A new sample each week would turn `make test` red on some Monday with nothing changed, whenever it
met a mutant that nobody had judged. So the week draws from those alone that a whole run has
recorded as noticed by a unit test: what is red then is a test that has been lost, not a new find.
Finding survivors is the whole run's work (`make test-mutants`), which records what it saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from tests.sidecar.mutation.mutants import Key, Mutant, sample
from tests.sidecar.mutation.tables import UNITS, Fate

WEEKLY = 40


def of_the_week(
    mutants: Iterable[Mutant], recorded: Mapping[Key, Fate], day: dt.date
) -> list[Mutant]:
    """Return WEEKLY mutants by the ISO week of `day`.

    Raises SystemExit when the record has fewer that are still there: the code has changed since.
    """
    known = [
        mutant
        for mutant in mutants
        if mutant.key in recorded and recorded[mutant.key].verdict == UNITS
    ]
    if len(known) < WEEKLY:
        raise SystemExit(
            f"judged.tsv knows {len(known)} mutants of this code that unit tests notice; "
            f"{WEEKLY} are needed: run `make test-mutants RECORD=1`"
        )
    year, week, _ = day.isocalendar()
    return sample(known, WEEKLY, 100 * year + week)

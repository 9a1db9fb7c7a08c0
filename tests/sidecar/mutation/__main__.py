"""Break the code that decides in many places, one at a time; say what nothing notices.

python -m tests.sidecar.mutation [--count N] [--seed S] [--minutes M] [--record] [--only TEXT]
python -m tests.sidecar.mutation --week        those of this week, as `make test` does
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import time

from tests.sidecar.mutation.mutants import Mutant, mutants_of, sample
from tests.sidecar.mutation.report import Judged, passes, table
from tests.sidecar.mutation.run import STEPS, judge
from tests.sidecar.mutation.subjects import ROOT, SOURCE, subjects
from tests.sidecar.mutation.tables import (
    SURVIVED,
    read_judged,
    read_survivors,
    write_judged,
)
from tests.sidecar.mutation.week import WEEKLY, of_the_week


def main() -> int:
    """Run; 0 when enough are noticed and the others are in the table of survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=180.0, help="none is begun after these")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--steps", type=int, default=STEPS, help="of each kind of simulation")
    parser.add_argument("--only", default="", help="of the sample, what this expression finds")
    parser.add_argument("--record", action="store_true", help="write the fates to judged.tsv")
    parser.add_argument("--new", action="store_true", help="leave out what judged.tsv knows")
    parser.add_argument("--survived", action="store_true", help="all that judged.tsv let live")
    parser.add_argument("--week", action="store_true", help=f"{WEEKLY} by the week, see week.py")
    options = parser.parse_args()
    every = mutants_of(ROOT / SOURCE, [subject.file for subject in subjects()])
    recorded, reasons = read_judged(), read_survivors()
    if options.week:
        chosen = of_the_week(every, recorded, dt.datetime.now(dt.UTC).date())
    elif options.survived:
        let_live = {key for key, fate in recorded.items() if fate.verdict == SURVIVED}
        chosen = [mutant for mutant in every if mutant.key in let_live]
    else:
        chosen = sample(every, options.count, options.seed)
    chosen = [mutant for mutant in chosen if re.search(options.only, str(mutant))]
    if options.new:
        chosen = [mutant for mutant in chosen if mutant.key not in recorded]
    began = time.monotonic()

    def told(one: Judged) -> None:
        took = sum(one.seconds.values())
        _write(f"{one.fate.verdict:<10} {took:4.0f} s  {one.mutant}\n")
        if options.record:
            _record(every, one)

    judged = judge(
        chosen,
        jobs=options.jobs,
        seconds=options.minutes * 60,
        steps=options.steps,
        recorded=recorded,
        told=told,
    )
    elapsed_s = time.monotonic() - began
    _write(f"{table(judged, reasons, elapsed_s, len(chosen) - len(judged))}\n")
    return 0 if judged and passes(judged, reasons) else 1


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _record(every: list[Mutant], one: Judged) -> None:
    """Add a fate to the record, as another run may do meanwhile, without those of code now gone."""
    there = {mutant.key for mutant in every}
    fates = read_judged() | {one.mutant.key: one.fate}
    write_judged({key: fate for key, fate in fates.items() if key in there})


if __name__ == "__main__":
    raise SystemExit(main())

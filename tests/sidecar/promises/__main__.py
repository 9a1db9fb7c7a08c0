"""Many histories: `python -m tests.sidecar.promises --steps N --seed S`.

`--without RULE` and `--with RULE` change the rules, `--fault FAULT` admits one that is left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import fields, replace

from tests.sidecar.promises.explorer import USUAL_FAULTS, Faults, explore
from tests.sidecar.promises.rules import SWITCHES, Rules
from tests.sidecar.promises.world import NobodyLeadsError, TwoForgeError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sidecar.promises", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], choices=SWITCHES)
    parser.add_argument("--with", action="append", default=[], choices=SWITCHES, dest="added")
    faults = [field.name for field in fields(Faults)]
    parser.add_argument("--fault", action="append", default=[], choices=faults)
    parser.add_argument("--today", action="store_true", help="F = 0: nothing of this feature")
    options = parser.parse_args()
    rules = replace(
        Rules(),
        **dict.fromkeys(options.without, False),
        **dict.fromkeys(options.added, True),
    )
    admitted = replace(USUAL_FAULTS, **dict.fromkeys(options.fault, True))
    began = time.monotonic()
    try:
        figures = explore(options.seed, options.steps, rules, admitted, today=options.today)
    except (TwoForgeError, NobodyLeadsError) as error:
        print(error)  # noqa: T201
        return 1
    seconds = time.monotonic() - began
    print(  # noqa: T201
        f"{figures.steps} steps in {figures.histories} histories, {figures.extensions} extensions, "
        f"the longest {figures.longest:.0%} of F; nothing broken; "
        f"{figures.steps / seconds:.0f} steps/s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

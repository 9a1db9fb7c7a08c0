"""Run random faults for so many minutes; what breaks a bound is told with the seed."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
from itertools import islice
from pathlib import Path

from devkit import steps
from devkit.steps import StepError
from tests.e2e.chaos import three_replica_kinds, two_cluster_kinds
from tests.e2e.chaos.driver import run
from tests.e2e.chaos.grounds import clusters, one_cluster
from tests.e2e.chaos.plan import plan

_SHOWN = 40
_VIOLATED, _ENDED = 1, 2


def main() -> int:
    """Run; 0 when no bound was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--clusters", action="store_true", help="on two clusters and a hub")
    parser.add_argument("--only", metavar="KIND,...", default="", help="no other kinds of faults")
    parser.add_argument("--plan", action="store_true", help="show what would happen, and end")
    arguments = parser.parse_args()
    shapes = two_cluster_kinds.SHAPES if arguments.clusters else three_replica_kinds.SHAPES
    chosen = [name for name in arguments.only.split(",") if name] or list(shapes)
    if unknown := sorted(set(chosen) - set(shapes)):
        parser.error(f"--only {', '.join(unknown)}: no such kind; there are: {', '.join(shapes)}")
    drawn = plan(arguments.seed, {name: shapes[name] for name in chosen})
    if arguments.plan:
        for number, step in enumerate(islice(drawn, _SHOWN), 1):
            steps.say(f"{number:3} {step}")
        return 0
    # By SIGTERM as by Ctrl-C: what was broken is mended on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    steps.say(f"random faults for {arguments.minutes:g} minutes, seed {arguments.seed}")
    seconds = 60 * arguments.minutes
    try:
        with tempfile.TemporaryDirectory(prefix="forge-random-") as scratch:
            if arguments.clusters:
                with clusters(Path(scratch)) as two_clusters:
                    result = run(two_clusters, drawn, seed=arguments.seed, seconds=seconds)
            else:
                with one_cluster(Path(scratch)) as three_replicas:
                    result = run(three_replicas, drawn, seed=arguments.seed, seconds=seconds)
    except StepError as error:
        steps.say(f"error: seed {arguments.seed}: {error}")
        return _ENDED
    except KeyboardInterrupt:
        steps.say(f"interrupted: seed {arguments.seed}")
        return _ENDED
    steps.say(f"seed {arguments.seed}\n{result}")
    return _VIOLATED if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())

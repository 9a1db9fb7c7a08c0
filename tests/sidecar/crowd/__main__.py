"""Run histories of a crowd until they have so many steps together."""

from __future__ import annotations

import argparse
import sys

from tests.sidecar.crowd.history import HistoryError, run_histories


def main() -> int:
    """Run; 0 when never two could forge, and one did in the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.sidecar.crowd", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000, help="events in all (default 1e6)")
    parser.add_argument("--histories", type=int, help="how many at most")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first history (default 1)")
    parser.add_argument(
        "--uniform",
        action="store_true",
        help="all pods have the same settings, and the own Lease is troubled as well",
    )
    arguments = parser.parse_args()
    try:
        figures = run_histories(
            arguments.seed,
            steps=arguments.steps,
            histories=arguments.histories,
            uniform=arguments.uniform,
        )
    except HistoryError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command)
        return 1
    print(figures)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

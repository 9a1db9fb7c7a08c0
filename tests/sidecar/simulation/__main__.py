"""python -m tests.sidecar.simulation [--steps N] [--seed S]: as many histories as that takes."""

from __future__ import annotations

import argparse
import sys

from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.history import HistoryError, run_histories, run_history


def main() -> int:
    """Run; 0 when every history kept every rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.sidecar.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000, help="events in all (default 1e6)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first history (default 1)")
    parser.add_argument("--clusters", action="store_true", help="several clusters and a hub")
    arguments = parser.parse_args()
    run = run_federated_history if arguments.clusters else run_history
    try:
        figures = run_histories(arguments.seed, arguments.steps, run)
    except HistoryError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command)
        return 1
    print(figures)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run histories until they have so many steps together, or until there are so many of them."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from tests.sidecar.simulation.broken import BROKEN
from tests.sidecar.simulation.contested_history import run_contested_history
from tests.sidecar.simulation.fault_table import LINES, choose
from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.history import HistoryError, run_histories, run_history


def main() -> int:
    """Run; 0 when every history kept every rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.sidecar.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000, help="events in all (default 1e6)")
    parser.add_argument("--histories", type=int, help="how many, instead of steps")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first history (default 1)")
    parser.add_argument("--clusters", action="store_true", help="several clusters and a hub")
    parser.add_argument("--hubs", action="store_true", help="one cluster, and two hubs")
    parser.add_argument("--faults", action="store_true", help="list the kinds of faults")
    for option, does in (
        ("--only", "these kinds of faults and no others"),
        ("--with", "these kinds, too, which are off usually"),
        ("--without", "none of these kinds"),
    ):
        dest = option.strip("-") + "_kinds"
        parser.add_argument(option, dest=dest, metavar="NAME,...", help=does, default="")
    arguments = parser.parse_args()
    if arguments.faults:
        _list()
        return 0
    try:
        choice = choose(
            only=_names(arguments.only_kinds),
            with_=_names(arguments.with_kinds),
            without=_names(arguments.without_kinds),
        )
    except ValueError as error:
        parser.error(str(error))
    run = run_federated_history if arguments.clusters else run_history
    run = run_contested_history if arguments.hubs else run
    try:
        figures = run_histories(
            arguments.seed,
            arguments.steps,
            partial(run, choice=choice),
            histories=arguments.histories,
        )
    except HistoryError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command)
        return 1
    print(figures)  # noqa: T201
    return 0


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _list() -> None:
    for name, line in LINES.items():
        off = f" (off: {BROKEN[name].cause})" if name in BROKEN else ""
        print(f"{name:34} {line}{off}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

"""Random faults for minutes of each seed, and one release that none of them hits: `make soak`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cluster.ground import versions
from bench.report.command import conclude
from bench.report.figure import Figure
from bench.soak import figures
from bench.soak.sampler import Sampler
from devkit import environment as environments
from devkit.steps import StepError, say
from tests.e2e.chaos.driver import BEYOND_LEASE_S, run
from tests.e2e.chaos.grounds import SUITE, one_cluster
from tests.e2e.chaos.plan import plan
from tests.e2e.chaos.three_replica_kinds import SHAPES
from tests.e2e.failsafe.only_replica import only_replica
from tests.e2e.framework.faults import SPARED
from tests.e2e.framework.history import restarts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.soak.sampler import Places
    from devkit.environment import Environment
    from devkit.namespace import Namespace
    from tests.e2e.failsafe.only_replica import Case as OnlyCase
    from tests.e2e.framework.case import Case

HIT, STEADY = "hit", "steady"
_ENDED = 2


def main() -> int:
    """Run; 0 when every bound held."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="of each seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument(
        "--beside-others",
        action="store_true",
        help="this machine does other work: judge what must hold whatever its speed, keep nothing",
    )
    arguments = parser.parse_args()
    seeds, minutes = arguments.seeds, arguments.minutes
    # By SIGTERM as by Ctrl-C: what was broken is mended on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say(f"random faults for {minutes:g} minutes of each seed: {_listed(seeds)}")
    try:
        environment = environments.load()
        if environment.cluster.external and arguments.beside_others:
            say("left out: it breaks machines, and needs a kind cluster of its own")
            return 0
        versions, found = _measured(
            environment, seeds, minutes, beside_others=arguments.beside_others
        )
    except StepError as error:
        say(f"error: seeds {_listed(seeds)}: {error}")
        return _ENDED
    except KeyboardInterrupt:
        say(f"interrupted: seeds {_listed(seeds)}")
        return _ENDED
    command = f'make soak SEEDS="{_listed(seeds)}" MINUTES={minutes:g}'
    return conclude("soak", command, found, versions, keep=not arguments.beside_others)


def _measured(
    environment: Environment, seeds: list[int], minutes: float, *, beside_others: bool
) -> tuple[dict[str, str], list[Figure]]:
    """Return versions and figures. Raises StepError when all is not well to begin with."""
    found: list[Figure] = []
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="forge-soak-")))
        ground = stack.enter_context(one_cluster(scratch))
        cases: dict[str, Case | OnlyCase] = {HIT: ground.settled()}
        if 60 * minutes * len(seeds) >= figures.JUDGED_FROM_S:
            spared = only_replica(environment, scratch, suite=SUITE, labels={SPARED: "true"})
            cases[STEADY] = stack.enter_context(spared)
        found += _first_starts(*(case.namespace for case in cases.values()))
        told = versions(cases[HIT].namespace.kubectl)
        sampler = stack.enter_context(
            Sampler({name: _places(case) for name, case in cases.items()})
        )
        none_at_most_s = None if beside_others else ground.lease_s + BEYOND_LEASE_S
        for seed in seeds:
            say(f"seed {seed}")
            result = run(
                ground,
                plan(seed, SHAPES),
                seed=seed,
                seconds=60 * minutes,
                beside_others=beside_others,
            )
            say(f"seed {seed}\n{result}")
            found += figures.of_seed(seed, result, none_at_most_s=none_at_most_s)
            if result.violations:
                say(f"replay: make soak SEEDS={seed} MINUTES={minutes:g}")
                break
    found += figures.of_usage(sampler.found, steady=STEADY if STEADY in cases else None)
    return told, found


def _places(case: Case | OnlyCase) -> Places:
    return lambda: case.system.journal.places().items()


def _first_starts(*namespaces: Namespace) -> Iterator[Figure]:
    """Yield how often containers of the pods there restarted in a start that no fault disturbed."""
    counts = [restarts(pod) for each in namespaces for pod in each.items("pods")]
    total = sum(sum(count.values()) for count in counts)
    what = f"restarts in the first start of {len(counts)} pods"
    yield Figure("start/restarts", what, total, "", bound=0)


def _listed(seeds: list[int]) -> str:
    return " ".join(map(str, seeds))


if __name__ == "__main__":
    sys.exit(main())

"""`make scale`: pools of four managers on one API server, at rest and in a storm."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from bench.report.command import conclude
from bench.scale import figures, programs, sandbox, steady, storm
from bench.scale.api_server import ApiServer
from bench.scale.fleet import Fleet
from bench.scale.pod import ACCOUNT
from devkit import toolchain
from devkit.steps import StepError, say
from forge_manager.election.terms import terms_for

_POOLS = 50
#: Shares of the pools that are measured before all of them, for a fifth of the time.
_SMALLER = (0.2, 0.5)
_SMALLER_TIME = 0.2


def main(arguments: list[str]) -> int:
    """Measure in a sandbox; returns the exit code."""
    asked = _parsed(arguments)
    try:
        if asked.programs:
            return _measure(asked)
        found = {name: str(path) for name, path in programs.find().items()}
    except StepError as error:
        say(str(error))
        return 1
    return sandbox.run_inside("bench.scale", [*arguments, "--programs", json.dumps(found)])


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--pools", type=int, default=_POOLS)
    parser.add_argument(
        "--seconds", type=float, default=300.0, help="how long all pools are watched at rest"
    )
    parser.add_argument("--programs", type=json.loads, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _measure(asked: argparse.Namespace) -> int:
    sandbox.prepare()
    ACCOUNT.mkdir(parents=True)
    found = {name: Path(path) for name, path in asked.programs.items()}
    server = ApiServer(found, sandbox.VOLUME / "server")
    server.start()
    fleet = Fleet(server, sandbox.VOLUME / "pools")
    rest = []
    for share in (*_SMALLER, 1.0):
        fleet.grow(max(1, round(share * asked.pools)))
        seconds = asked.seconds * (1 if share == 1 else _SMALLER_TIME)
        rest.append(steady.measure(fleet, seconds))
        say(f"- {rest[-1].requests:.2f} requests/s; the machine's load: {os.getloadavg()[0]:.1f}")
    raised = storm.raise_one(fleet)
    worst = ", ".join(f"{kind} {count}" for kind, count in raised.worst_kinds.items())
    say(f"- its worst second began {raised.worst_at_s:.1f} s after the loss: {worst}")
    ended = fleet.ended()
    if ended:
        say(f"- ended unasked: {', '.join(ended)}")
    terms = terms_for(int(fleet.release.variable("LEASE_DURATION")))
    everything = [
        *figures.of_rest(rest, terms),
        *figures.of_safety(
            [each for one in rest for each in one.samples], fleet.overlap_s(), ended
        ),
        *figures.of_storm(raised, terms),
    ]
    versions = {"Kubernetes": toolchain.kubernetes_version()}
    is_whole = asked.pools == _POOLS
    command = "make scale" if is_whole else "a trial"
    return conclude("scale", command, everything, versions, keep=is_whole)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

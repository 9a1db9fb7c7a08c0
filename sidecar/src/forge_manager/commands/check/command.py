"""`forge-manager check`: the sidecar's own checks, without a cluster."""

from __future__ import annotations

import argparse
import dataclasses
import time
from pathlib import Path

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.check.files import kes_permissions, vrf_permissions
from forge_manager.commands.check.report import as_json, as_table
from forge_manager.credentials.checks import Expectations, FileNames, check_credentials
from forge_manager.credentials.networks import (
    PUBLIC_NETWORKS,
    GenesisUnusableError,
    SlotClock,
)
from forge_manager.credentials.paths import CredentialPaths
from forge_manager.gate.slot_clock_reader import read_shelley_genesis
from forge_manager.gate.source import read_snapshot

_EPILOG = (
    "exit codes: 0 all checks passed; 1 cardano-node would not start with these files; 2 wrong "
    "arguments; 4 it would start, but something needs attention"
)


def check(arguments: list[str]) -> int:
    """Check the files named on the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    clock: SlotClock | None = None
    no_clock = "give --network or --shelley-genesis to check the KES period"
    if options.network:
        clock = PUBLIC_NETWORKS[options.network].clock
    elif options.shelley_genesis:
        try:
            clock = read_shelley_genesis(options.shelley_genesis)
        except GenesisUnusableError as error:
            _parser().error(str(error))
    paths = CredentialPaths(kes=options.kes, vrf=options.vrf, op_cert=options.opcert)
    verdict = check_credentials(
        read_snapshot(paths).files,
        FileNames(*(str(path) for path in paths.by_file().values())),
        Expectations({"--pool-id": options.pool_id} if options.pool_id else {}, clock, no_clock),
        time.time(),
    )
    permissions = (kes_permissions(paths.kes), vrf_permissions(paths.vrf))
    verdict = dataclasses.replace(verdict, checks=(*verdict.checks, *permissions))
    print(as_json(verdict) if options.json else as_table(verdict))  # noqa: T201 (its output)
    if verdict.blocker:
        return ExitCode.FAILED
    return ExitCode.WARNINGS if verdict.warnings else ExitCode.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forge-manager check",
        description="Check a stake pool's three signing files, offline.",
        epilog=_EPILOG,
    )
    parser.add_argument("--kes", type=Path, required=True, help="KES signing key")
    parser.add_argument("--vrf", type=Path, required=True, help="VRF signing key")
    parser.add_argument("--opcert", type=Path, required=True, help="operational certificate")
    parser.add_argument("--pool-id", default="", help="pool id, pool1... or hexadecimal")
    network = parser.add_mutually_exclusive_group()
    network.add_argument("--network", choices=sorted(PUBLIC_NETWORKS))
    network.add_argument(
        "--shelley-genesis", type=Path, help="Shelley genesis file of a custom network"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser

"""`forge-manager probe`: ask until all is well or time is up, then say what was found."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.probe.answers import ManagerReport, ask
from forge_manager.gate.slot_clock_reader import slot_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.commands.probe.blocks import NodeReport
    from forge_manager.credentials.networks import SlotClock

_PAUSE_S = 1.0


class Clocks(NamedTuple):
    """This machine's clocks, in seconds. `unix`: since 1970, `steady`: since any moment."""

    steady: Callable[[], float] = time.monotonic
    unix: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep


def probe(
    arguments: list[str],
    variables: Mapping[str, str],
    *,
    asked: Callable[[str], ManagerReport] = ask,
    clocks: Clocks | None = None,
) -> int:
    """Probe the managers named on the command line; returns the exit code.

    `variables`: the environment, which in a manager's container names its node's page
    (NODE_METRICS_URL) and network (CARDANO_NETWORK, SHELLEY_GENESIS_FILE). The node is asked once,
    at the end, however long the managers are asked.
    """
    clocks = clocks or Clocks()
    options = _parser(variables).parse_args(arguments)
    end = clocks.steady() + options.wait
    while True:
        managers = [asked(url.rstrip("/")) for url in options.url]
        found = problems(managers, one_forger=options.one_forger)
        if not found or clocks.steady() >= end:
            break
        clocks.pause(_PAUSE_S)
    node = _ask_node(options, clocks.unix) if options.node else None
    print(as_json(managers, found, node) if options.json else report(managers, found, node))  # noqa: T201 (its output)
    return ExitCode.FAILED if found else ExitCode.OK


def problems(managers: list[ManagerReport], *, one_forger: bool) -> list[str]:
    """Return what is wrong, one line each."""
    found = [
        f"{manager.url}{path}: {finding.text}"
        for manager in managers
        for path, finding in manager.findings.items()
        if not finding.ok
    ]
    forgers = [manager.url for manager in managers if manager.forging]
    if len(forgers) > 1:
        found.append(f"{len(forgers)} nodes forge with the same keys: {', '.join(forgers)}")
    if one_forger and not forgers:
        why = ", ".join(
            f"{manager.url} {manager.why or 'does not say why'}" for manager in managers
        )
        found.append(f"no node forges: {why}")
    return found


def report(managers: list[ManagerReport], found: list[str], node: NodeReport | None = None) -> str:
    """Return the whole finding as text; the node's line is information, never a problem."""
    lines = []
    for manager in managers:
        lines.append(manager.url)
        for path, finding in manager.findings.items():
            lines.append(f"  {'ok    ' if finding.ok else 'FAILED'}  {path:<16} {finding.text}")
        forging = {True: "yes", False: "no", None: "not known"}[manager.forging]
        lines.append(f"          {'forging':<16} {forging} {manager.why}".rstrip())
    if node is not None:
        lines.append(node.in_words())
    if found:
        return "\n".join([*lines, "", "FAILED:", *(f"  - {problem}" for problem in found)])
    forgers = sum(1 for manager in managers if manager.forging)
    return "\n".join([*lines, "", f"PASSED: {len(managers)} managers, {forgers} forging"])


def as_json(managers: list[ManagerReport], found: list[str], node: NodeReport | None = None) -> str:
    """Return the whole finding as one JSON object; no key material is in it.

    `ok`: whether there are no problems. `problems`: their lines. `managers`, in the order asked:
    `url`, `forging` (true, false, or null when it does not say), `why` (its code for that state,
    or ""), `endpoints` (by path: `ok` and `text`). `node`: null when none was asked, otherwise
    `url`, `error` (null when its page was read), `tip_age_s` in seconds, and the counts of
    blocks.Blocks, each null where its page does not say it.
    """
    return json.dumps(
        {
            "ok": not found,
            "problems": found,
            "managers": [
                {
                    "url": manager.url,
                    "forging": manager.forging,
                    "why": manager.why,
                    "endpoints": {
                        path: asdict(finding) for path, finding in manager.findings.items()
                    },
                }
                for manager in managers
            ],
            "node": node and node.as_json(),
        },
        indent=2,
    )


def _ask_node(options: argparse.Namespace, unix: Callable[[], float]) -> NodeReport:
    # Its client needs a package of the sidecar's; asking a manager does not.
    from forge_manager.commands.probe.blocks import ask_node  # noqa: PLC0415

    return ask_node(options.node, partial(_slot_clock, options), unix())


def _slot_clock(options: argparse.Namespace) -> SlotClock | None:
    clock, _ = slot_clock(options.network, options.shelley_genesis)
    return clock


def _parser(variables: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forge-manager probe",
        description="Check the managers of one pool: startup gate, health, metrics, and that no "
        "more than one node forges.",
        epilog="exit codes: 0 all is well; 1 something is wrong, and the last lines say what; 2 "
        "wrong arguments",
    )
    genesis = variables.get("SHELLEY_GENESIS_FILE")
    parser.add_argument("url", nargs="+", help="base address of a manager: http://pod:8000")
    parser.add_argument(
        "--one-forger", action="store_true", help="require exactly one node to forge"
    )
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="S", help="seconds to keep asking"
    )
    parser.add_argument(
        "--node",
        default=variables.get("NODE_METRICS_URL", ""),
        metavar="URL",
        help="a node's metrics page, read once for its blocks (default: NODE_METRICS_URL, as in a "
        "manager's container); '' for none",
    )
    parser.add_argument(
        "--network",
        default=variables.get("CARDANO_NETWORK", ""),
        help="that node's network, for the age of its tip (default: CARDANO_NETWORK)",
    )
    parser.add_argument(
        "--shelley-genesis",
        type=Path,
        default=Path(genesis) if genesis else None,
        metavar="FILE",
        help="Shelley genesis file of a custom network (default: SHELLEY_GENESIS_FILE)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser

"""`forge-manager probe`: ask until all is well or time is up, then say what was found."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.probe.answers import ManagerReport, ask

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE_S = 1.0


def probe(
    arguments: list[str],
    *,
    asked: Callable[[str], ManagerReport] = ask,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Probe the managers named on the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    end = clock() + options.wait
    while True:
        managers = [asked(url.rstrip("/")) for url in options.url]
        found = problems(managers, one_forger=options.one_forger)
        if not found or clock() >= end:
            break
        pause(_PAUSE_S)
    print(report(managers, found))  # noqa: T201 (its output)
    return ExitCode.FAILED if found else ExitCode.OK


def problems(managers: list[ManagerReport], *, one_forger: bool) -> list[str]:
    """Return what is not as it should be, one line each."""
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


def report(managers: list[ManagerReport], found: list[str]) -> str:
    """Return the whole finding as text."""
    lines = []
    for manager in managers:
        lines.append(manager.url)
        for path, finding in manager.findings.items():
            lines.append(f"  {'ok    ' if finding.ok else 'FAILED'}  {path:<16} {finding.text}")
        forging = {True: "yes", False: "no", None: "not known"}[manager.forging]
        lines.append(f"          {'forging':<16} {forging} {manager.why}".rstrip())
    if found:
        return "\n".join([*lines, "", "FAILED:", *(f"  - {problem}" for problem in found)])
    forgers = sum(1 for manager in managers if manager.forging)
    return "\n".join([*lines, "", f"PASSED: {len(managers)} managers, {forgers} forging"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forge-manager probe",
        description="Ask the managers of one pool: the startup gate, health, metrics, and whether "
        "more than one node forges.",
        epilog="exit codes: 0 all is as it should be; 1 it is not, the last lines say why; "
        "2 wrong arguments",
    )
    parser.add_argument("url", nargs="+", help="base address of a manager: http://pod:8000")
    parser.add_argument("--one-forger", action="store_true", help="exactly one node must forge")
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="S", help="seconds to go on asking"
    )
    return parser

"""The command line: which command, and what every command needs first."""

from __future__ import annotations

import os
import sys

from forge_manager import __version__
from forge_manager.base.exit_codes import ExitCode
from forge_manager.base.hardening import HardeningError, NotLinuxError, forbid_inspection

_USAGE = """\
usage: forge-manager [COMMAND]

  (none)    run the sidecar, configured by the environment
  guard     kill a node that its manager no longer vouches for; keep its keys in place
  prepare   set up directories, configuration and verified genesis files, then exit
  reload-topology
            make this pod's standby node read a changed topology without a restart
  check     check a set of credential files, offline (check --help)
  probe     ask running managers whether all is well (probe --help)
  timeline  show what happened to a release when, and who forged (timeline --help)

  --help, --version

Exit codes: 0 done; 1 refused or failed; 2 wrong arguments or environment; 3 port unavailable;
4 (check) nothing blocks, but something needs attention.
"""


#: These run beside other programs of the same user; a person runs the rest, on any machine.
_OF_A_POD = frozenset({"guard", "prepare", "reload-topology"})

#: Packages of the extra `sidecar` (pyproject.toml), as they are imported.
_OF_THE_SIDECAR = frozenset({"h11", "kubernetes", "prometheus_client", "urllib3"})
_MISSING = (
    "{} is not installed: this needs the packages of the sidecar's image. Elsewhere, run: pip "
    "install 'cardano-forge-manager[sidecar]'"
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        forbid_inspection()
    except HardeningError as error:
        in_a_pod = not given or given[0] in _OF_A_POD
        if in_a_pod or not isinstance(error, NotLinuxError):
            print(f"forge-manager: {error}", file=sys.stderr)
            return ExitCode.FAILED
    # The commands of a pod have no options of their own.
    if given[-1:] in (["--help"], ["-h"]) and set(given[:-1]) <= _OF_A_POD:
        print(_USAGE, end="")
    elif given == ["--version"]:
        print(f"forge-manager {__version__}")
    else:
        try:
            return _run_command(given)
        except ModuleNotFoundError as error:
            if error.name not in _OF_THE_SIDECAR:
                raise
            print(f"forge-manager: {_MISSING.format(error.name)}", file=sys.stderr)
            return ExitCode.FAILED
    return ExitCode.OK


def _run_command(arguments: list[str]) -> int:
    # Each command imports what it needs: the sidecar must answer its probe before anything slow.
    match arguments:
        case []:
            from forge_manager.wiring.run import run  # noqa: PLC0415

            return run(os.environ)
        case ["guard"]:
            from forge_manager.commands.guard import guard  # noqa: PLC0415

            return guard(os.environ)
        case ["prepare"]:
            from forge_manager.commands.prepare.command import prepare  # noqa: PLC0415

            return prepare(os.environ)
        case ["reload-topology"]:
            from forge_manager.commands.reload_topology import reload_topology  # noqa: PLC0415

            return reload_topology(os.environ)
        case ["check" | "probe" | "timeline" as tool, *options]:
            return _run_tool(tool, options)
    print(f"forge-manager: no such command: {' '.join(arguments)}", file=sys.stderr)
    print(_USAGE, end="", file=sys.stderr)
    return ExitCode.USAGE


def _run_tool(tool: str, options: list[str]) -> int:
    """Run a person's command, which takes options."""
    if tool == "check":
        from forge_manager.commands.check.command import check  # noqa: PLC0415

        return check(options)
    if tool == "timeline":
        from forge_manager.commands.timeline.command import timeline  # noqa: PLC0415

        return timeline(options)
    from forge_manager.commands.probe.command import probe  # noqa: PLC0415

    return probe(options, os.environ)

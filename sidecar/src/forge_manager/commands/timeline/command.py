"""`forge-manager timeline`: what happened to a release when, read with the user's kubectl."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.timeline.drawing import drawing
from forge_manager.commands.timeline.kubectl import ClusterError, Kubectl
from forge_manager.commands.timeline.namespace import Namespace
from forge_manager.commands.timeline.story import ask, in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.commands.timeline.namespace import Asked


def timeline(arguments: list[str], *, kubectl: Callable[[str, str, str], Asked] = Kubectl) -> int:
    """Print a release's timeline, draw it if asked to; returns the exit code."""
    options = _parser().parse_args(arguments)
    asked = kubectl(options.kubectl, options.kubeconfig, options.context)
    try:
        told = ask(Namespace(asked, options.namespace), options.release)
    except ClusterError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 (its output)
        return ExitCode.FAILED
    print(in_words(told))  # noqa: T201 (its output)
    if options.svg is None:
        return ExitCode.OK
    try:
        options.svg.write_text(drawing(told.name, told.reports), encoding="utf-8")
    except OSError as error:
        print(f"error: {options.svg} cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201 (its output)
        return ExitCode.FAILED
    return ExitCode.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forge-manager timeline",
        description="Show a release's start-up, its last hand-overs and its state now. Needs "
        "kubectl, and only reads.",
        epilog="exit codes: 0 done; 1 kubectl cannot read the cluster, or there is no such "
        "release; 2 wrong arguments",
    )
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--release", required=True, help="name of the Helm release")
    parser.add_argument(
        "--svg", type=Path, metavar="FILE", help="also draw who forged when into this file"
    )
    parser.add_argument("--kubeconfig", default="", help="default: kubectl's")
    parser.add_argument(
        "--context", default="", help="kubeconfig context; default: the current one"
    )
    parser.add_argument("--kubectl", default="kubectl", metavar="PROGRAM", help="default: on PATH")
    return parser

"""Command line: python -m devkit COMMAND."""

import argparse
import signal
import sys
import time
from types import FrameType

from devkit import paths, steps, toolchain
from devkit.lock import exclusive
from devkit.steps import StepError


def _tools(_: argparse.Namespace) -> None:
    toolchain.ensure()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devkit", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    tools = commands.add_parser("tools", help="build what is missing of the tools in .tools/bin")
    tools.set_defaults(action=_tools)
    return parser


def _terminate(number: int, frame: FrameType | None) -> None:
    del frame
    raise SystemExit(128 + number)


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _parser().parse_args()
    # As an exception, so that a step's child processes are ended too.
    signal.signal(signal.SIGTERM, _terminate)
    started = time.monotonic()
    try:
        with exclusive(paths.cache()):
            arguments.action(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (StepError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    steps.say(f"ready in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

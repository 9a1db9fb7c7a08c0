"""Compile what a cluster needs while the Python environment is installed.

Installing waits for a package index most of the time. tools/bootstrap.py starts this, and ends it
when it is done itself: the compiler's results are kept one by one. Standard library only.
"""

import contextlib
import signal
import sys

from devkit import paths, toolchain
from devkit.steps import StepError


def main() -> None:
    """Compile; a failure is told by who needs the programs."""
    # As an exception, so that the compiler is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(StepError, ValueError, OSError, KeyboardInterrupt):
        paths.cache().create()
        toolchain.compile_ahead([*toolchain.CLUSTER_PROGRAMS])


if __name__ == "__main__":
    main()

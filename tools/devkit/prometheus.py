"""Prometheus and promtool: the machine's own, or unpacked from Debian's package into the cache."""

import shutil
from pathlib import Path

from devkit import debian, paths, steps, toolchain
from devkit.lock import exclusive
from devkit.steps import StepError

PACKAGE = "prometheus"
PROGRAMS = ("prometheus", "promtool")


def ensure() -> dict[str, Path]:
    """Return both programs by name.

    Raises:
        StepError: this machine lacks them, and has no Debian packages.

    """
    found = {name: Path(path) for name in PROGRAMS if (path := shutil.which(name))}
    if len(found) == len(PROGRAMS):
        return found
    if not debian.can_download():
        raise StepError(
            "promtool and prometheus are missing: install Prometheus "
            "(https://prometheus.io/download/) and put both on PATH"
        )
    with exclusive(paths.cache()):
        folder = debian.unpacked(PACKAGE) / "usr" / "bin"
    return {name: toolchain.link(name, folder / name) for name in PROGRAMS}


def check_rules(program: Path, rules: Path) -> None:
    """Parse a file of rules with promtool. Raises StepError with what is wrong."""
    steps.capture([program, "check", "rules", rules], what="promtool check rules")

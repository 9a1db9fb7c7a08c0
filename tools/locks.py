"""Lock the Python dependencies, and check what the locks promise.

`write` resolves the .in files again. `check` installs nothing: it asks the package index whether
every locked hash set has a wheel for each interpreter and processor that we support, and checks
that no lock file names an index.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release.platforms import PLATFORMS

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "venv" / "bin" / "uv"
OLDEST_PYTHON = "3.11"
PYTHONS = (OLDEST_PYTHON, "3.13")  # the one tested, and that of the published image
WHEELS = tuple(f"{platform.wheels}-manylinux_2_28" for platform in PLATFORMS)
SIDECAR = ROOT / "sidecar" / "requirements.txt"
LOCKS = {  # lock file: what constrains it beside its .in file
    SIDECAR: (),
    ROOT / "tools" / "requirements.txt": (SIDECAR,),
}
# Required by the sidecar's dependencies but never imported by it, so not in its image.
NOT_IMPORTED = (
    *("aiohttp", "aiohttp-retry"),  # of the Kubernetes client's asyncio twin, and what these need:
    *("aiohappyeyeballs", "aiosignal", "attrs", "frozenlist", "multidict", "propcache", "yarl"),
    "tzdata",  # time zones: all times are in UTC
    "pycparser",  # of cffi, to make bindings; PyNaCl's are made
)
DEADLINE_S = 300
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links")


def uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run uv with its output captured; the machine's own find-links stay out of the result."""
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_FIND_LINKS")}
    return subprocess.run(
        [str(UV), *arguments],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
        env=environment,
        cwd=ROOT,
    )


def write() -> list[str]:
    """Write the lock files; return what went wrong."""
    problems = []
    for lock, constraints in LOCKS.items():
        made = uv(
            *("pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes"),
            *("--python-version", OLDEST_PYTHON, "--no-header"),
            *("--no-emit-index-url", "--no-emit-find-links"),
            *itertools.chain.from_iterable(("--constraint", str(c)) for c in constraints),
            *(f"--no-emit-package={name}" for name in (NOT_IMPORTED if lock == SIDECAR else ())),
            *("--output-file", str(lock.relative_to(ROOT))),
            str(lock.with_suffix(".in").relative_to(ROOT)),
        )
        if made.returncode:
            problems.append(f"{lock.relative_to(ROOT)}: {made.stderr.strip()}")
    return problems


def check_wheels(lock: Path, python: str, platform: str) -> str | None:
    """Return what is missing of one lock file for one interpreter and platform, or None."""
    with tempfile.TemporaryDirectory() as target:
        found = uv(
            *("pip", "install", "--dry-run", "--quiet", "--require-hashes"),
            *("--only-binary", ":all:", "--target", target),
            *(("--no-deps",) if lock == SIDECAR else ()),
            *("--python-version", python, "--python-platform", platform),
            *("--requirement", str(lock)),
        )
    name = f"{lock.relative_to(ROOT)} on Python {python}, {platform}"
    if found.returncode:
        return f"{name}: {found.stderr.strip()}"
    print(f"{name}: a wheel for each")
    return None


def check() -> list[str]:
    """Check every lock file against every interpreter and platform; return the problems."""
    problems = [
        f"{lock.relative_to(ROOT)}: names an address of a package index; run: make lock"
        for lock in LOCKS
        if ADDRESS.search(lock.read_text())
    ]
    combinations = itertools.product(LOCKS, PYTHONS, WHEELS)
    with ThreadPoolExecutor(max_workers=4) as pool:
        problems += filter(None, pool.map(lambda one: check_wheels(*one), combinations))
    return problems


def main() -> None:
    """Run `write` or `check`; exit 1 with the problems found."""
    actions = {"write": write, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:  # noqa: PLR2004 - program and action
        sys.exit("usage: locks.py write|check")
    if problems := actions[sys.argv[1]]():
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()

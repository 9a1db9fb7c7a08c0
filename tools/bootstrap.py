"""Make .tools/venv, the locked Python environment of this checkout, and .tools/bytecode.

Standard library only, because it runs before anything is installed. The environment lives in the
cache, keyed by what it is made of, so that a fresh clone finds it; so does the bytecode of
everything imported from here.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tools" / "requirements.txt"
LINKS = ROOT / ".tools"
INSTALL_DEADLINE_S = 600
# It ends its children first, which takes them seconds.
HEADSTART_END_S = 15


def cache_dir() -> Path:
    """Directory of everything that is built or installed; safe to delete."""
    if given := os.environ.get("FORGE_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cardano-forge-manager"


def environment_key() -> str:
    """Hash of the lock file and the interpreter: a change of either is a new environment."""
    made_of = f"{sys.version} {sys.base_prefix}".encode() + LOCK.read_bytes()
    return hashlib.sha256(made_of).hexdigest()[:12]


def create(venv: Path) -> None:
    """Install the locked packages into `venv`; the file `complete` is written last."""
    shutil.rmtree(venv, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        sys.exit(
            f"python -m venv failed ({error}). On Debian and Ubuntu: apt-get install python3-venv"
        )
    pip = [str(venv / "bin" / "pip"), "--disable-pip-version-check", "install", "--quiet"]
    # Bytecode is made of what is imported, and elsewhere (main).
    flags = ["--no-compile", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    try:
        subprocess.run([*pip, *flags], check=True, timeout=INSTALL_DEADLINE_S)
    except subprocess.SubprocessError as error:
        sys.exit(
            f"pip could not install {LOCK.relative_to(ROOT)}: {error}. Check that a package index "
            "is reachable."
        )
    (venv / "complete").touch()


@contextlib.contextmanager
def headstart() -> Iterator[None]:
    """Compile for the cluster beside the block, and no longer than that."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "devkit.headstart"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt of ours is passed on once, below
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(HEADSTART_END_S)


def main() -> None:
    """Create the environment if it is missing and point .tools/venv at it."""
    if sys.version_info[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        here = sys.version.split()[0]
        sys.exit(
            f"Python {wanted} or newer is needed; this is {here}. Run: make PYTHON=/path/to/it"
        )
    venv = cache_dir() / "venv" / environment_key()
    if not (venv / "complete").exists():
        venv.parent.mkdir(parents=True, exist_ok=True)
        with (venv.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second make waits for the first one's install
            if not (venv / "complete").exists():
                from devkit import steps  # noqa: PLC0415 - an older Python has been told off

                beside = headstart() if "--headstart" in sys.argv else contextlib.nullcontext()
                with steps.step(f"installing the Python environment into {venv}"), beside:
                    create(venv)
    LINKS.mkdir(exist_ok=True)
    link(LINKS / "venv", venv)
    bytecode = cache_dir() / "bytecode"
    bytecode.mkdir(exist_ok=True)
    link(LINKS / "bytecode", bytecode)


def link(path: Path, target: Path) -> None:
    """Make `path` lead to `target`, whatever is there now."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)  # Python makes one for bytecode while there is no link yet
    if not path.is_symlink() or path.readlink() != target:
        path.unlink(missing_ok=True)
        path.symlink_to(target)


if __name__ == "__main__":
    main()

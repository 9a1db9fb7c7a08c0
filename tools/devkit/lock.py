"""One devkit command at a time: they share the cache, the engine and the cluster."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator

from devkit.paths import Cache
from devkit.steps import say, wait_for

# A cold build by the other command takes about a quarter of an hour on two cores.
DEADLINE_S = 40 * 60.0


@contextlib.contextmanager
def exclusive(cache: Cache, *, deadline_s: float = DEADLINE_S) -> Iterator[None]:
    """Hold the lock of the cache and begin with an empty scratch folder.

    The kernel releases the lock when this process ends, however it ends.

    Raises:
        StepError: another command held it for longer than `deadline_s`.

    """
    descriptor = _acquire(cache)
    if descriptor is None:
        say(f"- waiting for another devkit command to finish (process {_holder(cache)})")
        descriptor = wait_for(
            f"the lock {cache.lock}",
            lambda: _acquire(cache),
            deadline_s=deadline_s,
            diagnose=lambda: f"held by process {_holder(cache)}; stop it or wait for it",
        )
    try:
        # Left by a command that was killed.
        shutil.rmtree(cache.scratch, ignore_errors=True)
        cache.scratch.mkdir()
        yield
    finally:
        os.close(descriptor)


def _acquire(cache: Cache) -> int | None:
    cache.create()
    descriptor = os.open(cache.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # `clean` may have deleted the file between open and flock: then the lock guards nothing.
        if os.fstat(descriptor).st_ino == cache.lock.stat().st_ino:
            os.truncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _holder(cache: Cache) -> str:
    try:
        return cache.lock.read_text().strip() or "unknown"
    except FileNotFoundError:
        return "unknown"

"""Two commands never work on the same cache at a time."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devkit import lock, steps
from devkit.paths import Cache
from devkit.steps import StepError

HOLD = (
    "import time\n"
    "from devkit import lock, paths\n"
    "with lock.exclusive(paths.cache()):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(60)"
)


def holder(cache: Cache) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(lock.__file__).parents[1]), "FORGE_CACHE": str(cache.root)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_command_gives_up_with_the_first_ones_number(cache: Cache) -> None:
    with holder(cache) as process:
        try:
            words = f"held by process {process.pid}"
            with pytest.raises(StepError, match=words), lock.exclusive(cache, deadline_s=0.2):
                pytest.fail("both hold the lock")
        finally:
            process.kill()


def test_the_lock_of_a_command_that_was_killed_is_free(cache: Cache) -> None:
    with holder(cache) as process:
        process.kill()
        process.wait(timeout=10)
    with lock.exclusive(cache, deadline_s=5):
        assert str(cache.lock.read_text()).strip()


def test_a_command_begins_without_the_half_made_things_of_another(cache: Cache) -> None:
    cache.scratch.mkdir()
    (cache.scratch / "half").write_text("")
    with lock.exclusive(cache):
        assert list(cache.scratch.iterdir()) == []


def test_a_cache_deleted_while_waiting_is_made_anew(cache: Cache) -> None:
    with lock.exclusive(cache):
        cache.lock.unlink()
        with lock.exclusive(cache, deadline_s=5):
            assert cache.lock.exists()


def test_a_lock_on_a_file_deleted_meanwhile_does_not_count(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = fcntl.flock, []

    def flock(descriptor: int, operation: int) -> None:
        calls.append(operation)
        if len(calls) == 1:
            cache.lock.unlink()
            cache.lock.touch()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with lock.exclusive(cache, deadline_s=5):
        assert cache.lock.read_text().strip() == str(os.getpid())


def test_an_error_inside_frees_the_lock(cache: Cache) -> None:
    with pytest.raises(StepError), lock.exclusive(cache):
        raise steps.StepError("broken")
    with lock.exclusive(cache, deadline_s=1):
        pass

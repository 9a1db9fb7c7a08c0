"""Another process of the same user cannot look into the sidecar."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sidecar.conftest import Volumes
from tests.sidecar.process.sidecar_process import environment
from tests.sidecar.waiting import until
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = 54_321

#: Imports everything while still root, becomes an ordinary user, and is as open to inspection as
#: one that was started by that user: changing the user alone would close a process already.
_AS_USER = """
import ctypes, os, pkgutil, sys, time
import encodings.idna, forge_manager, forge_manager.cli
for module in pkgutil.walk_packages(forge_manager.__path__, "forge_manager."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
"""
_SIDECAR = _AS_USER + "sys.exit(forge_manager.cli.main([]))"
_OPEN_PROCESS = _AS_USER + "print('up', flush=True); time.sleep(60)"
_LOOK = """
import os, sys
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
proc = f"/proc/{sys.argv[2]}"
attempts = {
    "environ": lambda: open(f"{proc}/environ", "rb").read(1),
    "root": lambda: os.listdir(f"{proc}/root/"),
    "fd": lambda: os.readlink(f"{proc}/fd/0"),
    "mem": lambda: open(f"{proc}/mem", "rb").close(),
    "maps": lambda: open(f"{proc}/maps", "rb").read(1),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError:
        continue
    print(name)
"""


@pytest.fixture
def shared_volumes() -> Iterator[Volumes]:
    """Directories that an ordinary user reaches, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="forge-manager-") as directory:
        volumes = Volumes(Path(directory))
        for path in (volumes.root, volumes.source, volumes.target):
            path.mkdir(exist_ok=True)
            os.chown(path, _USER, _USER)
        Pool.generate(b"hardening").issue().write(volumes.source, mode=0o644)
        yield volumes


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become two processes of one user")
def test_memory_files_and_environment_are_closed_to_the_same_user(shared_volumes: Volumes) -> None:
    """Beside it a process without the protection, to show that the attempts are real ones."""
    with _python(_SIDECAR, environment(shared_volumes)) as sidecar:
        try:
            until((shared_volumes.target / "kes.skey").exists, "the credentials")
            assert _readable(sidecar.pid) == set()
        finally:
            sidecar.kill()
    with _python(_OPEN_PROCESS, environment(shared_volumes)) as unprotected:
        try:
            assert unprotected.stdout is not None
            assert unprotected.stdout.readline() == b"up\n"
            assert _readable(unprotected.pid) == {"environ", "root", "fd", "mem", "maps"}
        finally:
            unprotected.kill()


def _python(program: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", program, str(_USER)],
        env=env,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _readable(pid: int) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", _LOOK, str(_USER), str(pid)],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return set(ended.stdout.split())

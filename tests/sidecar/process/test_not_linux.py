"""`check` and `probe` on a person's machine, as far as Linux can pretend to be none."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from forge_manager.credentials.networks import PUBLIC_NETWORKS
from tests.sidecar.process.sidecar_process import SOURCE
from tests.support.keys import Pool

if TYPE_CHECKING:
    from pathlib import Path

#: What macOS does not have; the standard library is imported first, as it was built for Linux.
_ELSEWHERE = """
import argparse, ctypes, dataclasses, errno, json, os, select, signal, sys, time
import http.client, logging, socket, urllib.request
sys.platform = "darwin"
for module, names in {
    os: ["pidfd_open", "O_TMPFILE", "eventfd", "memfd_create", "O_PATH", "sched_getaffinity"],
    signal: ["pidfd_send_signal"],
    time: ["CLOCK_BOOTTIME"],
    select: ["epoll"],
    socket: ["SO_PEERCRED"],
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
class Library:
    def __init__(self, *_, **__): pass
    def __getattr__(self, name): raise AttributeError(f"dlsym(RTLD_DEFAULT, {name}): not found")
ctypes.CDLL = Library
def forbid(event, arguments):
    if event == "open" and str(arguments[0]).startswith(("/proc", "/sys")):
        raise FileNotFoundError(arguments[0])
sys.addaudithook(forbid)
from forge_manager.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _elsewhere(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", _ELSEWHERE, *arguments],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_check_judges_a_set(tmp_path: Path) -> None:
    period = PUBLIC_NETWORKS["preview"].clock.kes_period_at(time.time())
    Pool.generate(b"laptop").issue(kes_period=period).write(tmp_path, 0o600)
    files = [f"--{key}={tmp_path}/{key}.skey" for key in ("kes", "vrf")]
    files.append(f"--opcert={tmp_path}/node.cert")
    ended = _elsewhere("check", *files, "--network", "preview")
    assert ended.stderr == ""
    assert "all checks passed" in ended.stdout
    assert ended.returncode == 0
    (tmp_path / "vrf.skey").chmod(0o644)
    ended = _elsewhere("check", *files, "--network", "preview")
    assert "would not start" in ended.stdout
    assert (ended.returncode, ended.stderr) == (1, "")


def test_probe_asks() -> None:
    ended = _elsewhere("probe", "http://127.0.0.1:9")
    assert "no answer" in ended.stdout
    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_it_says_of_itself(option: str) -> None:
    ended = _elsewhere(option)
    assert "forge-manager" in ended.stdout
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("command", [[], ["guard"], ["prepare"], ["reload-topology"]])
def test_what_belongs_into_a_pod_says_so(command: list[str]) -> None:
    ended = _elsewhere(*command)
    assert ended.stderr == "forge-manager: this command runs on Linux, not on darwin\n"
    assert (ended.returncode, ended.stdout) == (1, "")

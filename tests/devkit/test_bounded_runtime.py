"""The runtime asks for no capability that the machine cannot give."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devkit import bounded_runtime as runtime

ALL = 0x1FFFFFFFFFF
SYS_RESOURCE = 24
LAST = 40


def status(mask: int) -> str:
    return f"Name:\tcat\nCapEff:\t0000000000000000\nCapBnd:\t{mask:016x}\nSeccomp:\t0\n"


def test_a_full_bounding_set_lacks_nothing() -> None:
    assert runtime.missing(status(ALL), LAST) == frozenset()


def test_the_bit_of_a_lacking_capability_gives_its_name() -> None:
    mask = ALL & ~(1 << SYS_RESOURCE)
    assert runtime.missing(status(mask), LAST) == {"CAP_SYS_RESOURCE"}


def test_capabilities_that_the_kernel_does_not_know_are_not_missing() -> None:
    assert runtime.missing(status((1 << 38) - 1), 37) == frozenset()


def test_all_sets_of_a_process_lose_what_is_unavailable_and_keep_the_rest() -> None:
    names = ["CAP_CHOWN", "CAP_SYS_RESOURCE", "CAP_KILL"]
    process = {"args": ["true"], "capabilities": {"bounding": names, "effective": names}}
    bounded = runtime.without(process, frozenset({"CAP_SYS_RESOURCE"}))
    assert bounded["args"] == ["true"]
    assert bounded["capabilities"] == {
        "bounding": ["CAP_CHOWN", "CAP_KILL"],
        "effective": ["CAP_CHOWN", "CAP_KILL"],
    }


@pytest.mark.parametrize("process", [{"args": []}, {"args": [], "capabilities": None}])
def test_a_process_without_capability_sets_stays_as_it_is(process: dict[str, object]) -> None:
    assert runtime.without(process, frozenset({"CAP_KILL"})) == process


def test_options_are_read_in_both_spellings() -> None:
    assert runtime.option(["create", "--bundle", "/b", "id"], "--bundle", "-b") == "/b"
    assert runtime.option(["create", "--bundle=/b", "id"], "--bundle", "-b") == "/b"
    assert runtime.option(["create", "-b", "/b", "id"], "--bundle", "-b") == "/b"
    assert runtime.option(["create", "id"], "--bundle", "-b") is None


@pytest.mark.parametrize("command", ["create", "exec"])
def test_the_files_are_rewritten_before_runc_reads_them(tmp_path: Path, command: str) -> None:
    """As a program, with a runc that shows what it was called with."""
    fake = tmp_path / "runc"
    fake.write_text('#!/bin/sh\necho "$@"\n')
    fake.chmod(0o755)
    impossible = [*runtime.CAPABILITIES, "CAP_CHOWN"]
    process = {"args": ["true"], "capabilities": {"bounding": impossible}}
    (tmp_path / "config.json").write_text(json.dumps({"process": process}))
    (tmp_path / "process.json").write_text(json.dumps(process))
    given = {
        "create": ["create", "--bundle", str(tmp_path), "one"],
        "exec": ["--root", "/run/x", "exec", "--process", str(tmp_path / "process.json"), "one"],
    }[command]
    done = subprocess.run(
        [sys.executable, "-IS", runtime.__file__, *given],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        timeout=30,
    )
    assert done.stdout.split() == given
    written = json.loads((tmp_path / "process.json").read_text())
    if command == "create":
        written = json.loads((tmp_path / "config.json").read_text())["process"]
    kept = written["capabilities"]["bounding"]
    assert kept == [name for name in impossible if name not in runtime.missing_here()]

"""Which files are for which processor."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from release.platforms import PLATFORMS, foreign, machine_of

BY_NAME = {platform.name: platform for platform in PLATFORMS}


def elf(machine: int) -> bytes:
    return b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(40)


def test_this_interpreter_is_of_one_of_them() -> None:
    machines = {platform.machine for platform in PLATFORMS}
    assert machine_of(Path(sys.executable).resolve().read_bytes()[:20]) in machines


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_for_another_is_found(tmp_path: Path, name: str) -> None:
    for platform in PLATFORMS:
        (tmp_path / f"{platform.name}.so").write_bytes(elf(platform.machine))
    (tmp_path / "text").write_text("text")
    (tmp_path / "link").symlink_to("nowhere")
    found = {path.stem for path in foreign(tmp_path.rglob("*"), BY_NAME[name])}
    assert found == BY_NAME.keys() - {name}

"""Writing a file on volumes that have their own mind about its mode."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.files import write_atomically


@pytest.fixture(params=[0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> int:
    """What a mount makes of every file's mode."""
    return int(request.param)


def test_a_volume_that_refuses_chmod_is_named_unless_the_mode_is_right_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    def refuse(_descriptor: int, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refuse)
    before = os.umask(umask)
    try:
        if umask == 0o022:
            write_atomically(tmp_path / "config.json", b"{}")
            assert (tmp_path / "config.json").read_bytes() == b"{}"
            return
        with pytest.raises(PrepareError, match=r"refuses chmod 644 .*file_mode=0644"):
            write_atomically(tmp_path / "config.json", b"{}")
        assert not [*tmp_path.iterdir()]
    finally:
        os.umask(before)

"""A file that may be anything by now is read whole, or not at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from forge_manager.base.bounded_file import read_bounded


def test_a_regular_file_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    assert read_bounded(path, 4) is None
    path.write_bytes(b"")
    assert read_bounded(path, 4) == b""


@pytest.mark.parametrize("kind", ["missing", "directory", "FIFO", "socket", "link", "device"])
def test_anything_else_is_nothing_and_does_not_block(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    with socket.socket(socket.AF_UNIX) as listener:
        if kind == "directory":
            path.mkdir()
        elif kind == "FIFO":
            os.mkfifo(path)
        elif kind == "socket":
            listener.bind(str(path))
        elif kind == "link":
            (tmp_path / "other").write_bytes(b"content")
            path.symlink_to("other")
        elif kind == "device":
            path = Path("/dev/null")
        assert read_bounded(path, 100) is None

"""A file that may be anything by now is read whole, or not at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from forge_manager.base.bounded_file import read_bounded, real_path


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


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A path by two links, as the node's keys are."""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "key").write_bytes(b"content")
    (tmp_path / "live").symlink_to("set")
    (tmp_path / "key").symlink_to("live/key")
    return tmp_path / "key"


@pytest.mark.parametrize("nth", [1, 2])
def test_a_link_that_goes_while_it_is_followed_leads_nowhere(
    chain: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    followed, honest = 0, os.readlink

    def readlink(path: str) -> str:
        nonlocal followed
        followed += 1
        if followed == nth:
            Path(path).unlink()
        return honest(path)

    monkeypatch.setattr(os, "readlink", readlink)
    assert read_bounded(real_path(chain), 100) is None


def test_links_that_are_exchanged_all_the_time_raise_nothing(
    chain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def readlink(_: str) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "readlink", readlink)
    assert real_path(chain) == str(chain)
    assert read_bounded(real_path(chain), 100) is None

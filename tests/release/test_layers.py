"""A layer is the same whenever and wherever it is made."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devkit.steps import StepError
from release import layers

EPOCH = 1_700_000_000
FILES = {"a/b": b"1", "a-b/c": b"2", "d": b"3"}


def folder_of(root: Path, names: list[str], mtime: int) -> Path:
    """A folder of files that were written in this order."""
    for name in names:
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(FILES[name])
        file.chmod(0o755)
    if not (root / "link").is_symlink():
        (root / "link").symlink_to("/a/b")
    for path in root.rglob("*"):
        os.utime(path, (mtime, mtime), follow_symlinks=False)
    return root


@given(st.permutations(sorted(FILES)), st.integers(0, EPOCH + 10**6))
def test_it_does_not_depend_on_order_or_time(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], mtime: int
) -> None:
    root = tmp_path_factory.mktemp("layer")
    for each in ("found", "usual"):
        (root / each).mkdir()
    found = layers.write(root / "1", folder_of(root / "found", names, mtime), EPOCH)
    usual = layers.write(root / "2", folder_of(root / "usual", sorted(FILES), EPOCH), EPOCH)
    assert (found.digest, found.diff_id, found.size) == (usual.digest, usual.diff_id, usual.size)


def made(tmp_path: Path) -> layers.Layer:
    (tmp_path / "root").mkdir()
    return layers.write(tmp_path / "layer", folder_of(tmp_path / "root", [*FILES], 1), EPOCH)


def test_its_digests_are_those_of_its_content(tmp_path: Path) -> None:
    layer = made(tmp_path)
    content = layer.file.read_bytes()
    assert layer.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert layer.diff_id == f"sha256:{hashlib.sha256(gzip.decompress(content)).hexdigest()}"
    assert layer.size == len(content)


def test_all_of_it_is_roots_and_of_one_time(tmp_path: Path) -> None:
    with tarfile.open(made(tmp_path).file) as archive:
        members = {member.name: member for member in archive}
    assert members.keys() == {*FILES, "a", "a-b", "link"}
    assert {(each.uid, each.gid, each.mtime) for each in members.values()} == {(0, 0, EPOCH)}
    assert members["link"].linkname == "/a/b"
    assert members["d"].mode == 0o755


def test_no_bit_of_another_user_stays(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "su").touch()
    (tmp_path / "root" / "su").chmod(0o6755)
    layer = layers.write(tmp_path / "layer", tmp_path / "root", EPOCH)
    with tarfile.open(layer.file) as archive:
        assert [member.mode for member in archive] == [0o755]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    os.mkfifo(tmp_path / "root" / "pipe")
    with pytest.raises(StepError, match="pipe is not a file"):
        layers.write(tmp_path / "layer", tmp_path / "root", EPOCH)

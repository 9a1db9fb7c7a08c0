"""A layer is the same whenever and wherever it is made."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release import layers

EPOCH = 1_700_000_000
FILES = {"a/b": b"1", "a/c": b"2", "d": b"3"}


def archive(names: list[str], *, mtime: int, owner: int) -> tarfile.TarFile:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as written:
        folder = tarfile.TarInfo("./a")
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o755, mtime
        written.addfile(folder)
        for name in names:
            member = tarfile.TarInfo(f"./{name}")
            member.size, member.mtime, member.uid = len(FILES[name]), mtime, owner
            written.addfile(member, io.BytesIO(FILES[name]))
    made.seek(0)
    return tarfile.open(fileobj=made)


def layer(folder: Path, *archives: tarfile.TarFile) -> layers.Layer:
    return layers.write(folder / "layer", archives, EPOCH, lambda path: path != "d")


def read(made: layers.Layer) -> tarfile.TarFile:
    return tarfile.open(made.file)


@given(st.permutations(sorted(FILES)), st.integers(EPOCH, EPOCH + 10**6), st.integers(0, 1000))
def test_it_does_not_depend_on_order_time_or_owner(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], mtime: int, owner: int
) -> None:
    folder = tmp_path_factory.mktemp("layer")
    found = layer(folder, archive(names, mtime=mtime, owner=owner))
    usual = layer(folder, archive(sorted(FILES), mtime=EPOCH, owner=0))
    assert (found.digest, found.diff_id, found.size) == (usual.digest, usual.diff_id, usual.size)


def test_its_digests_are_those_of_its_content(tmp_path: Path) -> None:
    made = layer(tmp_path, archive(sorted(FILES), mtime=1, owner=0))
    content = made.file.read_bytes()
    assert made.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert made.diff_id == f"sha256:{hashlib.sha256(gzip.decompress(content)).hexdigest()}"
    assert made.size == len(content)


def test_what_is_older_keeps_its_time_and_what_is_left_out_is_not_there(tmp_path: Path) -> None:
    with read(layer(tmp_path, archive(sorted(FILES), mtime=1, owner=7))) as found:
        members = {member.name: member for member in found}
    assert members.keys() == {"a", "a/b", "a/c"}
    assert {(member.mtime, member.uid) for member in members.values()} == {(1, 0)}


def test_a_later_archive_replaces_a_file(tmp_path: Path) -> None:
    first = archive(["a/b"], mtime=1, owner=0)
    second = archive(["a/b", "a/c"], mtime=2, owner=0)
    with read(layer(tmp_path, first, second)) as found:
        assert {member.mtime for member in found} == {2}

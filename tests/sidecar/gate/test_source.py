"""Reading the source: whatever lies there."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.bounded_file import SIGNING_FILE_BYTES
from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import RejectionError, is_waiting
from forge_manager.gate import source
from forge_manager.gate.source import read_file, read_snapshot, signature
from tests.sidecar.conftest import Volumes, paths_in
from tests.sidecar.gate.secret_volume import SecretVolume
from tests.support.keys import Pool

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"kes.skey": b"kes", "vrf.skey": b"vrf", "node.cert": b"cert"}
GOOD = Pool.generate(b"source").issue()


def _reason(path: Path) -> Reason:
    with pytest.raises(RejectionError) as refusal:
        read_file(path)
    assert str(path) in refusal.value.detail
    return refusal.value.reason


def test_a_secret_volume_is_read_through_its_links(volumes: Volumes) -> None:
    SecretVolume(volumes.source).update(FILES)
    files = read_snapshot(paths_in(volumes.source)).files
    assert (files.kes, files.vrf, files.op_cert) == (b"kes", b"vrf", b"cert")


def test_what_is_not_a_readable_file_is_refused_with_its_reason(volumes: Volumes) -> None:
    path = volumes.source / "kes.skey"
    assert _reason(path) is Reason.SOURCE_MISSING
    path.symlink_to("nowhere")
    assert _reason(path) is Reason.SOURCE_MISSING
    path.unlink()
    path.symlink_to("kes.skey")
    assert _reason(path) is Reason.SOURCE_UNREADABLE  # a link to itself
    path.unlink()
    path.write_bytes(b"")
    assert _reason(path) is Reason.SOURCE_EMPTY
    path.write_bytes(b"x" * (SIGNING_FILE_BYTES + 1))
    assert _reason(path) is Reason.SOURCE_TOO_LARGE
    path.unlink()
    path.mkdir()
    assert _reason(path) is Reason.SOURCE_NOT_A_FILE
    path.rmdir()
    os.mkfifo(path)
    assert _reason(path) is Reason.SOURCE_NOT_A_FILE  # and without waiting for a writer
    path.unlink()
    path.symlink_to("/dev/zero")
    assert _reason(path) is Reason.SOURCE_OUTSIDE_MOUNT


def test_a_socket_is_refused(volumes: Volumes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(volumes.source)  # a socket's path has little room
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("kes.skey")
        assert _reason(volumes.source / "kes.skey") is Reason.SOURCE_NOT_A_FILE


def test_a_link_may_not_leave_its_directory(volumes: Volumes) -> None:
    outside = volumes.root / "outside"
    outside.write_bytes(b"secret of another")
    path = volumes.source / "kes.skey"
    for target in (str(outside), "../outside"):
        path.symlink_to(target)
        assert _reason(path) is Reason.SOURCE_OUTSIDE_MOUNT
        path.unlink()


def test_a_directory_that_is_itself_a_link_is_followed(volumes: Volumes) -> None:
    (volumes.source / "kes.skey").write_bytes(b"kes")
    (volumes.root / "alias").symlink_to(volumes.source)
    assert read_file(volumes.root / "alias" / "kes.skey") == b"kes"


def test_the_signature_tells_every_change(volumes: Volumes) -> None:
    volume, paths = SecretVolume(volumes.source), paths_in(volumes.source)
    seen = {signature(paths)}
    volume.update({"kes.skey": b"kes"})
    seen.add(signature(paths))
    volume.update(FILES)
    seen.add(signature(paths))
    volume.update(FILES)
    seen.add(signature(paths))
    assert len(seen) == 4
    assert signature(paths) == signature(paths)


def test_a_snapshot_is_never_a_mixture(volumes: Volumes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Secret changes between the second and the third file: both are read again."""
    volume = SecretVolume(volumes.source)
    volume.update(FILES)
    newer = {name: content + b" newer" for name, content in FILES.items()}
    reads: list[str] = []

    def read_and_update(path: Path) -> bytes:
        reads.append(path.name)
        if len(reads) == 3:
            volume.update(newer)
        return read_file(path)

    monkeypatch.setattr(source, "read_file", read_and_update)
    files = read_snapshot(paths_in(volumes.source)).files
    assert (files.kes, files.vrf, files.op_cert) == tuple(newer.values())
    assert len(reads) == 6


def test_a_source_that_never_rests_is_waited_for(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = SecretVolume(volumes.source)
    volume.update(FILES)

    def update_and_read(path: Path) -> bytes:
        volume.update(FILES)
        return read_file(path)

    monkeypatch.setattr(source, "read_file", update_and_read)
    snapshot = read_snapshot(paths_in(volumes.source))
    assert isinstance(snapshot.files.kes, RejectionError)
    assert snapshot.files.kes.reason is Reason.SOURCE_CHANGING
    assert is_waiting(Reason.SOURCE_CHANGING), "not an error: the whole set is about to come"
    assert not is_waiting(Reason.SOURCE_UNREADABLE)
    assert snapshot.signature != signature(paths_in(volumes.source)), "so it is looked at again"

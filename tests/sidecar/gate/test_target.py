"""The directory the node reads: all of a set or nothing, whatever fails."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import RejectionError
from forge_manager.fence import swapped_set
from forge_manager.gate.target import TargetDirectory
from tests.sidecar.conftest import Volumes

NAMES = ("kes.skey", "vrf.skey", "node.cert")


def _set(version: int) -> dict[str, bytes]:
    return {name: f"{name} {version}".encode() for name in NAMES}


def _read(directory: Path) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in NAMES}


def _entries(directory: Path) -> list[str]:
    return sorted(entry.name.partition("-")[0] for entry in os.scandir(directory))


def test_files_are_readable_by_their_owner_alone(volumes: Volumes) -> None:
    TargetDirectory(volumes.target).install(_set(1))
    assert _read(volumes.target) == _set(1)
    for name in NAMES:
        assert stat.S_IMODE((volumes.target / name).stat().st_mode) == 0o400


def test_a_new_set_replaces_the_old_one_and_sweeping_deletes_it(volumes: Volumes) -> None:
    target = TargetDirectory(volumes.target)
    target.install(_set(1))
    target.install(_set(2))
    assert _read(volumes.target) == _set(2)
    assert _entries(volumes.target).count("..set") == 2
    target.sweep()
    assert _read(volumes.target) == _set(2)
    assert _entries(volumes.target) == ["..live", "..set", "kes.skey", "node.cert", "vrf.skey"]


def test_removal_takes_all_three_away_in_one_step(volumes: Volumes) -> None:
    target = TargetDirectory(volumes.target)
    target.install(_set(1))
    target.remove(NAMES)
    assert not any((volumes.target / name).exists() for name in NAMES)
    target.remove(NAMES)
    target.install(_set(2))
    assert _read(volumes.target) == _set(2)


def test_removal_takes_plain_files_away_as_well(volumes: Volumes) -> None:
    for name, content in _set(1).items():
        (volumes.target / name).write_bytes(content)
    TargetDirectory(volumes.target).remove(NAMES)
    assert _entries(volumes.target) == []


def test_leftovers_of_a_crash_are_swept_and_foreign_files_are_not(volumes: Volumes) -> None:
    (volumes.target / "..set-crashed").mkdir()
    (volumes.target / "..set-crashed" / "kes.skey").write_bytes(b"half")
    (volumes.target / "..link-crashed").symlink_to("..set-crashed")
    (volumes.target / "notes").write_bytes(b"of somebody else")
    TargetDirectory(volumes.target).sweep()
    assert _entries(volumes.target) == ["notes"]


def test_plain_files_of_another_tool_are_replaced(volumes: Volumes) -> None:
    for name, content in _set(1).items():
        (volumes.target / name).write_bytes(content)
    target = TargetDirectory(volumes.target)
    assert not target.is_in_form(NAMES)
    target.install(_set(2))
    assert target.is_in_form(NAMES)
    assert _read(volumes.target) == _set(2)


def test_plain_files_stay_readable_and_whole_at_every_step_of_their_replacement(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in _set(1).items():
        (volumes.target / name).write_bytes(content)
    seen: list[dict[str, bytes]] = []
    replace = Path.replace

    def replace_and_look(path: Path, to: Path) -> Path:
        replaced = replace(path, to)
        seen.append(_read(volumes.target))
        return replaced

    monkeypatch.setattr(Path, "replace", replace_and_look)
    TargetDirectory(volumes.target).install(_set(2))
    assert seen == [_set(1)] * 4 + [_set(2)]


def test_plain_files_that_are_no_set_are_deleted_before_the_new_set_is_live(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (volumes.target / "kes.skey").write_bytes(b"alone")
    target = TargetDirectory(volumes.target)
    with monkeypatch.context() as patch:
        _fail(patch, "replace")
        with pytest.raises(RejectionError):
            target.install(_set(1))
    assert not (volumes.target / "kes.skey").exists()
    target.install(_set(1))
    assert _read(volumes.target) == _set(1)


@pytest.mark.parametrize("failing", ["fsync", "fchmod", "write", "replace", "symlink"])
def test_after_any_failure_the_set_before_stays(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    target = TargetDirectory(volumes.target)
    target.install(_set(1))
    with monkeypatch.context() as patch:
        _fail(patch, failing)
        with pytest.raises(RejectionError) as refusal:
            target.install(_set(2))
    assert refusal.value.reason is Reason.TARGET_FULL
    assert _read(volumes.target) == _set(1)
    assert _entries(volumes.target).count("..set") == 1, "no key is left behind"
    target.install(_set(2))
    assert _read(volumes.target) == _set(2)


def _fail(patch: pytest.MonkeyPatch, what: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if what == "write":
        patch.setattr(swapped_set, "_write_file", full)
    elif what in ("replace", "symlink"):
        patch.setattr(Path, {"replace": "replace", "symlink": "symlink_to"}[what], full)
    else:
        patch.setattr(os, what, full)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errno.ENOSPC, Reason.TARGET_FULL),
        (errno.EDQUOT, Reason.TARGET_FULL),
        (errno.EROFS, Reason.TARGET_NOT_WRITABLE),
        (errno.EACCES, Reason.TARGET_NOT_WRITABLE),
        (errno.EIO, Reason.TARGET_FAILED),
    ],
)
def test_a_failure_has_its_reason_and_remedy(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch, error: int, reason: Reason
) -> None:
    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(RejectionError) as refusal:
        TargetDirectory(volumes.target).install(_set(1))
    assert refusal.value.reason is reason
    assert str(volumes.target) in refusal.value.detail


def test_a_missing_directory_and_one_in_the_way_are_told_apart(volumes: Volumes) -> None:
    with pytest.raises(RejectionError) as refusal:
        TargetDirectory(volumes.root / "nowhere").install(_set(1))
    assert refusal.value.reason is Reason.TARGET_MISSING
    (volumes.target / "kes.skey").mkdir()
    with pytest.raises(RejectionError) as refusal:
        TargetDirectory(volumes.target).install(_set(1))
    assert refusal.value.reason is Reason.TARGET_OBSTRUCTED


def test_readers_see_whole_sets_while_they_are_swapped(volumes: Volumes) -> None:
    """A reader that resolves the directory once never meets a mixture."""
    target = TargetDirectory(volumes.target)
    target.install(_set(0))
    done = threading.Event()
    mixed, swaps = 0, 0

    def swap() -> None:
        nonlocal swaps
        while not done.is_set():
            swaps += 1
            target.install(_set(swaps))
            if swaps % 50 == 0:
                target.sweep()

    writer = threading.Thread(target=swap)
    writer.start()
    reads = missing = 0
    try:
        deadline = time.monotonic() + 30
        while (reads < 10_000 or swaps < 50) and time.monotonic() < deadline:
            reads += 1
            try:
                descriptor = os.open(volumes.target / "..live", os.O_RDONLY | os.O_DIRECTORY)
            except FileNotFoundError:
                missing += 1
                continue
            try:
                versions = {_version(name, descriptor) for name in NAMES}
            except FileNotFoundError:  # swept under a reader that took many swaps to get here
                missing += 1
                continue
            finally:
                os.close(descriptor)
            mixed += len(versions) > 1
    finally:
        done.set()
        writer.join()
    assert reads >= 10_000
    assert swaps >= 50
    assert mixed == 0
    assert missing < reads // 100


def _version(name: str, directory: int) -> bytes:
    descriptor = os.open(name, os.O_RDONLY, dir_fd=directory)
    try:
        return os.read(descriptor, 100).split()[1]
    finally:
        os.close(descriptor)


def test_what_is_installed_is_on_the_volume_before_it_is_said_and_leaves_nothing_open(
    volumes: Volumes, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    honest = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        honest(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    before = len([*Path("/proc/self/fd").iterdir()])
    TargetDirectory(volumes.target).install(_set(1))
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert synced[-1] == str(volumes.target)  # the names, last of all
    made = {Path(path).parent for path in synced[:-1]}
    assert any(path.parent == volumes.target for path in made)

"""What lies at the node's three paths, told without reading it again and again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forge_manager.base.bounded_file import read_bounded
from forge_manager.fence import keys as keys_module
from forge_manager.fence.keys import NoCheckedSetError
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.swapped_set import SwappedSet
from tests.sidecar.guard.pod import FILES, Pod
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Callable

NEWER = Pool.generate(b"guard").issue(counter=1)


def test_a_set_is_put_live_and_taken_away(pod: Pod) -> None:
    keys = pod.node_keys
    assert keys.look() == (LiveKeys.NONE, False)
    pod.provision()
    assert keys.look() == (LiveKeys.NONE, True)
    keys.put_live()
    assert keys.look() == (LiveKeys.ALL, True)
    keys.unlink()
    assert keys.look() == (LiveKeys.NONE, True)
    keys.unlink()


def test_another_set_than_the_checked_one_is_told_from_a_damaged_one(pod: Pod) -> None:
    keys = pod.node_keys
    pod.provision()
    keys.put_live()
    pod.provision(NEWER)
    assert keys.look() == (LiveKeys.OTHER, True)
    keys.put_live()
    assert keys.look() == (LiveKeys.ALL, True)
    assert (pod.target / "kes.skey").read_bytes() == NEWER.kes_skey


@pytest.mark.parametrize("damage", ["missing", "empty", "directory", "FIFO", "large", "dangling"])
def test_a_damaged_live_file_is_some_and_a_damaged_checked_one_is_no_set(
    pod: Pod, damage: str
) -> None:
    pod.provision()
    keys = pod.node_keys
    keys.put_live()
    for directory in (pod.target, pod.checked):
        path = directory / "vrf.skey"
        path.unlink()
        if damage == "empty":
            path.touch()
        elif damage == "directory":
            path.mkdir()
        elif damage == "FIFO":
            os.mkfifo(path)
        elif damage == "large":
            path.write_bytes(FILES.vrf_skey + b" " * 20_000)
        elif damage == "dangling":
            path.symlink_to("nowhere")
        assert keys.look() == (LiveKeys.SOME, directory == pod.target)
    with pytest.raises(NoCheckedSetError):
        keys.put_live()


def test_equal_content_with_open_permissions_is_not_the_set(pod: Pod) -> None:
    pod.provision()
    FILES.write(pod.target, mode=0o644)
    assert pod.node_keys.look() == (LiveKeys.SOME, True)


def test_plain_files_are_taken_away_as_well(pod: Pod) -> None:
    FILES.write(pod.target)
    keys = pod.node_keys
    keys.unlink()
    assert keys.look() == (LiveKeys.NONE, False)


def test_contents_are_read_only_after_a_change(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    pod.provision()
    keys = pod.node_keys
    keys.put_live()
    keys.look()
    reads: list[object] = []

    def counted(path: str, limit: int) -> bytes | None:
        reads.append(path)
        return read_bounded(path, limit)

    monkeypatch.setattr(keys_module, "read_bounded", counted)
    keys.look()
    assert reads == []
    pod.provision(NEWER)
    assert keys.look() == (LiveKeys.OTHER, True)
    assert len(reads) == 6


def test_a_look_that_finds_nothing_new_makes_one_call_for_each_file(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.provision()
    keys = pod.node_keys
    keys.put_live()
    keys.look()
    calls: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **named: Any) -> Any:
            calls.append(name)
            return real(*arguments, **named)

        return call

    for name in ("stat", "lstat", "readlink", "open", "listdir", "scandir"):
        monkeypatch.setattr(os, name, counted(name))
    keys.look()
    # Six files, their two directories, and the link to the set in each.
    assert sorted(calls) == ["readlink"] * 2 + ["stat"] * 8


@pytest.mark.parametrize("where", ["target", "checked"])
def test_whatever_leads_to_a_file_is_part_of_its_version(pod: Pod, where: str) -> None:
    pod.provision()
    pod.node_keys.put_live()
    directory = getattr(pod, where)
    assert isinstance(directory, Path)
    swapped, names = SwappedSet(directory), list(FILES.by_name())
    link, real = directory / "kes.skey", (directory / "kes.skey").resolve()
    seen = {swapped.version(names)}

    def changed() -> bool:
        before = len(seen)
        seen.add(swapped.version(names))
        return len(seen) > before

    assert not changed()
    real.chmod(0o600)
    real.write_bytes(FILES.kes_skey[:-1] + b" ")
    assert changed()
    link.unlink()
    assert changed()
    link.symlink_to(real)  # the same file, not in our form
    assert changed()
    (directory / "..live").rename(directory / "..gone")
    assert changed()


def test_a_set_that_is_swapped_while_it_is_read_is_not_put_live(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod.provision()
    swapped = False

    def swap_then_read(path: str, limit: int) -> bytes | None:
        nonlocal swapped
        content = read_bounded(path, limit)
        if not swapped:
            swapped = True
            pod.provision(NEWER)
            SwappedSet(pod.checked).sweep()
        return content

    keys = pod.node_keys
    monkeypatch.setattr(keys_module, "read_bounded", swap_then_read)
    with pytest.raises(NoCheckedSetError):
        keys.put_live()
    keys.put_live()
    assert (pod.target / "kes.skey").read_bytes() == NEWER.kes_skey


def test_only_the_named_set_is_put_live(pod: Pod) -> None:
    pod.provision()
    keys = pod.node_keys
    name = keys.checked_name()
    pod.provision(NEWER)
    with pytest.raises(NoCheckedSetError):
        keys.put_live(name)
    assert keys.look() == (LiveKeys.NONE, True)
    keys.put_live(keys.checked_name())
    assert keys.look() == (LiveKeys.ALL, True)


def test_what_another_process_is_about_to_make_live_is_not_swept(pod: Pod) -> None:
    pod.provision()
    unfinished, old = pod.target / "..set-unfinished", pod.target / "..set-old"
    for directory in (unfinished, old):
        directory.mkdir()
        (directory / "kes.skey").write_bytes(b"...")
    os.utime(old, (1, 1))
    pod.node_keys.put_live()
    assert unfinished.exists()
    assert not old.exists()
    pod.node_keys.unlink()
    assert unfinished.exists()

"""The two files on their volume: replaced in one step, read whole, with room or without."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from forge_manager.fence import exchange as exchange_module
from forge_manager.fence.protocol import FENCE_FILE, Fence, encode, parse_fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.node.process import NodeProcess

if TYPE_CHECKING:
    from pathlib import Path

BOOT = "b"


def fence(number: int) -> Fence:
    """One of many that differ in every digit, and in their length."""
    node = NodeProcess(1 + number % 9, int(str(1 + number % 9) * (1 + number % 18)))
    return Fence(BOOT, node, node.start_ticks, node.start_ticks, off=False)


def test_every_write_is_read_whatever_stood_there_before(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path, BOOT)
    for number in range(40):
        state.publish_fence(fence(number))
        assert state.fence() == fence(number)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{FENCE_FILE}", FENCE_FILE]


def test_where_two_files_cannot_change_places_the_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        exchange_module, "_RENAME_EXCHANGE", 1 << 20
    )  # EINVAL, as such a volume says
    state = StateDirectory(tmp_path, BOOT)
    for number in range(3):
        state.publish_fence(fence(number))
        assert state.fence() == fence(number)


def test_no_mixture_of_two_is_believed() -> None:
    """A reader that is slow finds the file overwritten, from any byte on."""
    for number in range(20):
        before, after = encode(fence(number)), encode(fence(number + 1))
        for cut in range(1, max(len(before), len(after))):
            for mixed in (before[:cut] + after[cut:], after[:cut] + before[cut:]):
                assert mixed in (before, after) or parse_fence(mixed, BOOT) is None


def test_a_reader_never_misses_it(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path, BOOT)
    state.publish_fence(fence(0))
    ended = threading.Event()
    missed: list[int] = []

    def read() -> None:
        while not ended.is_set():
            if state.fence() is None:
                missed.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(3000):
            state.publish_fence(fence(number))
    finally:
        ended.set()
        reader.join(10)
    assert not missed

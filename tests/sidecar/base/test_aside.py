"""A look that never returns holds up nobody but its own thread, and is said."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from forge_manager.base.aside import HANGS_AFTER_NS, Aside
from forge_manager.base.moment import SECOND
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    import pytest


class Volume:
    """Answers while it is well."""

    def __init__(self) -> None:
        self.well = threading.Event()
        self.well.set()
        self.looks = 0
        self.now_ns = 1000 * SECOND
        self.aside = Aside("a volume", self._look, clock=lambda: self.now_ns)

    def hangs(self) -> bool:
        return self.aside.hangs

    def _look(self) -> int:
        self.looks += 1
        self.well.wait()
        return self.looks


def test_what_is_waited_for_is_of_now() -> None:
    volume = Volume()
    assert [volume.aside.wait(5), volume.aside.wait(5)] == [1, 2]


def test_nobody_waits_longer_than_told_and_for_one_that_hangs_not_at_all() -> None:
    volume = Volume()
    volume.well.clear()
    assert volume.aside.wait(0.01) is None
    until(lambda: volume.looks == 1, "the look to begin")
    volume.now_ns += HANGS_AFTER_NS + 1
    began = time.monotonic()
    assert [volume.aside.wait(60) for _ in range(3)] == [None] * 3
    assert time.monotonic() - began < 5
    assert volume.looks == 1, "one at a time, whoever asks"


def test_it_hangs_from_its_deadline_to_the_next_look_in_time() -> None:
    volume = Volume()
    volume.well.clear()
    volume.aside.begin()
    volume.now_ns += HANGS_AFTER_NS
    assert not volume.hangs()
    volume.now_ns += 1
    assert volume.hangs()
    volume.well.set()
    until(lambda: volume.aside.latest is not None, "its end")
    assert volume.hangs(), "what it saw is of any time since it began"
    assert volume.aside.wait(5) == 2
    assert not volume.hangs()


def test_it_is_said_once_when_it_hangs_and_once_when_it_returns(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    volume = Volume()
    volume.well.clear()
    volume.aside.begin()
    volume.now_ns += HANGS_AFTER_NS + 1
    for _ in range(3):
        volume.aside.begin()
    volume.well.set()
    until(lambda: volume.aside.latest is not None, "its end")
    for _ in range(3):
        volume.aside.wait(5)
    volume.aside.begin()
    said = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert said == ["a read hangs", "a read that hung has returned"]


def test_a_look_that_fails_is_logged_and_the_next_one_made(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = [RuntimeError("a defect")]

    def look() -> int:
        if failures:
            raise failures.pop()
        return 1

    aside = Aside("a volume", look)
    assert aside.wait(0.05) is None
    assert aside.wait(5) == 1
    assert "unexpected error" in caplog.text

"""A fork that answers, takes too long, is killed, or raises."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.sidecar.mutation.forked import in_fork


def test_what_it_returns_comes_back_and_nothing_else_is_kept() -> None:
    kept: dict[str, int] = {}
    assert in_fork(lambda: kept.setdefault("a", 1), 30.0) == 1
    assert kept == {}


def test_a_long_answer_comes_back_whole() -> None:
    assert in_fork(lambda: "x" * 500_000, 30.0) == "x" * 500_000


def test_one_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        in_fork(lambda: time.sleep(60), 0.2)
    assert time.monotonic() - began < 30


def test_one_that_is_killed_is_told() -> None:
    with pytest.raises(ChildProcessError):
        in_fork(lambda: os.kill(os.getpid(), signal.SIGKILL), 30.0)


def test_what_it_raises_is_told() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        in_fork(lambda: 1 // 0, 30.0)

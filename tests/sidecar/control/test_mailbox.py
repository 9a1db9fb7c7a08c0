"""What ends a wait: news, and the end of the node."""

from __future__ import annotations

import os
import subprocess
import threading
import time

from forge_manager.control.mailbox import Mailbox

_LONG_S = 30.0


def _nothing() -> None:
    """Be news."""


def test_news_is_taken_in_its_order_and_once() -> None:
    mailbox, told = Mailbox(), list[int]()
    for number in range(3):
        mailbox.post(lambda number=number: told.append(number))  # type: ignore[misc]
    for seconds in (_LONG_S, 0, 0):
        news = mailbox.take(seconds)
        assert news is not None
        news()
    assert told == [0, 1, 2]
    assert mailbox.take(0) is None


def test_news_that_was_taken_wakes_nobody_later() -> None:
    mailbox = Mailbox()
    mailbox.post(_nothing)
    assert mailbox.take(0) is _nothing
    began = time.monotonic()
    assert mailbox.take(0.05) is None
    assert time.monotonic() - began >= 0.05


def test_news_ends_a_wait() -> None:
    mailbox = Mailbox()
    began = time.monotonic()
    timer = threading.Timer(0.05, mailbox.post, (_nothing,))
    timer.start()
    assert mailbox.take(_LONG_S) is _nothing
    timer.join()
    assert time.monotonic() - began < _LONG_S / 2


def test_the_end_of_a_process_ends_a_wait() -> None:
    mailbox = Mailbox()
    with subprocess.Popen(["sleep", "60"]) as process:
        pidfd = os.pidfd_open(process.pid)
        try:
            assert mailbox.take(0.01, pidfd) is None
            timer = threading.Timer(0.05, process.kill)
            began = time.monotonic()
            timer.start()
            assert mailbox.take(_LONG_S, pidfd) is None
            assert time.monotonic() - began < _LONG_S / 2
            timer.join()
        finally:
            os.close(pidfd)
            process.kill()

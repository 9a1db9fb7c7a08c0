"""What other threads want the loop of forging control to do."""

from __future__ import annotations

import os
import select
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Mailbox:
    """Thread-safe; one thread takes."""

    def __init__(self) -> None:
        self._news: deque[Callable[[], None]] = deque()
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def post(self, news: Callable[[], None]) -> None:
        """Leave something to do."""
        self._news.append(news)
        os.eventfd_write(self._bell, 1)

    def take(self, seconds: float, pidfd: int | None = None) -> Callable[[], None] | None:
        """Return the next; wait for it at most this long, and return None when there is none.

        `pidfd`: of a process whose end also ends the wait.
        """
        if seconds > 0:
            self._wait(seconds, pidfd)
        return self._news.popleft() if self._news else None

    def _wait(self, seconds: float, pidfd: int | None) -> None:
        with suppress(BlockingIOError):  # in this order: what is posted from here on rings again
            os.eventfd_read(self._bell)
        if self._news:
            return
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        if pidfd is not None:
            poll.register(pidfd, select.POLLIN)
        poll.poll(seconds * 1000)

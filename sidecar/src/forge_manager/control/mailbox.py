"""What other threads want the loop of forging control to do."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Mailbox:
    """Thread-safe; one thread takes."""

    def __init__(self) -> None:
        self._news: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, news: Callable[[], None]) -> None:
        """Leave something to do."""
        self._news.put(news)

    def take(self, seconds: float) -> Callable[[], None] | None:
        """Return the next; wait for it at most this long, and return None when there is none."""
        try:
            return self._news.get(timeout=seconds) if seconds > 0 else self._news.get_nowait()
        except queue.Empty:
            return None

"""A thread that does one thing whenever there is news, and again when it asked to."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.thread_health import ended_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.thread_health import Ailments

_AFTER_DEFECT_S = 10.0

_log = logging.getLogger(__name__)


class Worker:
    """`turn` returns after how many seconds to call it again without news, None for never.

    `patience`: how many seconds news may wait for more, which `turn` then takes together; asked
    again with each news.
    """

    def __init__(
        self,
        name: str,
        turn: Callable[[], float | None],
        *,
        patience: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._turn = turn
        self._patience = patience
        self._news = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def poke(self) -> None:
        """Tell that there is news. Thread-safe; never blocks."""
        self._news.set()

    def stop(self, seconds: float = 1.0) -> None:
        """End, and wait up to `seconds` for it."""
        self._stopping = True
        self._news.set()
        self._thread.join(seconds)

    def health(self) -> Ailments:
        """Tell whether its thread has ended without being told to."""
        return () if self._stopping else ended_of(self._thread)

    def _run(self) -> None:
        while not self._stopping:
            self._news.clear()
            try:
                seconds = self._turn()
            except Exception as error:  # noqa: BLE001 (a thread that ended would be silent)
                _log.error("unexpected error", extra=logs.fields(error=logs.where(error)))
                seconds = _AFTER_DEFECT_S
            if self._news.wait(seconds):
                self._wait_for_more()

    def _wait_for_more(self) -> None:
        until = time.monotonic() + self._patience()
        while not self._stopping and (left := until - time.monotonic()) > 0:
            self._news.clear()
            if self._news.wait(left):
                until = min(until, time.monotonic() + self._patience())

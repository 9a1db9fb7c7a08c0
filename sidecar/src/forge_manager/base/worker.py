"""A thread that does one thing whenever there is news, and again when it asked to."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.thread_health import ended_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.thread_health import Ailments

_AFTER_DEFECT_S = 10.0

_log = logging.getLogger(__name__)


class Worker:
    """`turn` returns after how many seconds to call it again without news, None for never."""

    def __init__(self, name: str, turn: Callable[[], float | None]) -> None:
        self._turn = turn
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
            self._news.wait(seconds)

"""The loop of forging control: a round, then a wait that any news ends."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Protocol

from forge_manager.base import logs
from forge_manager.base.moment import SECOND
from forge_manager.base.thread_health import ended_of
from forge_manager.control.pause import ROUND_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.round import Round
    from forge_manager.election.record import Lease

_STOP_SECONDS = 1.0

_log = logging.getLogger(__name__)


class News(Protocol):
    """What is left for the loop to do (control.mailbox)."""

    def post(self, news: Callable[[], None]) -> None:
        """Leave something to do. Thread-safe."""

    def take(self, seconds: float, pidfd: int | None = None) -> Callable[[], None] | None:
        """Return the next; wait for it at most this long, and return None when there is none.

        `pidfd`: of a process whose end also ends the wait.
        """


class ControlLoop:
    """All its calls are made from its one thread; what happens elsewhere arrives as news."""

    def __init__(
        self, control: Round, news: News, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._round = control
        self._news = news
        self._sleep = sleep
        self._stopping = False
        self._thread = threading.Thread(target=self.run, name="control", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the loop. The fence stays in force, and the guard enforces it."""
        self._news.post(self._stop)
        self._thread.join(_STOP_SECONDS)

    def health(self) -> Ailments:
        """Tell whether its thread has ended without being told to, or a scrape never ends."""
        if self._stopping:
            return ()
        return ended_of(self._thread) + self._round.health()

    def observed(self, index: int, lease: Lease, *, deleted: bool) -> None:
        """Take an event of the watch of one lease. Thread-safe."""
        self._news.post(lambda: self._round.observed(index, lease, deleted=deleted))

    def look(self) -> None:
        """Make a round soon: what it asks others has changed. Thread-safe."""
        self._news.post(lambda: None)

    def run(self) -> None:
        """Make one round after another until told to stop."""
        while not self._stopping:
            self._attempt(self._round.make)
            self._attempt(self._heed_news)

    def _stop(self) -> None:
        self._stopping = True

    def _attempt(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # noqa: BLE001 (the guard ends the node if this goes on)
            _log.error("control failed", extra=logs.fields(error=logs.where(error)))
            self._sleep(ROUND_NS / SECOND)

    def _heed_news(self) -> None:
        news = self._news.take(self._round.pause_ns / SECOND, self._round.pidfd)
        while news is not None:
            news()
            news = self._news.take(0)

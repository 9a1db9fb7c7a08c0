"""What comes to a manager's loop from elsewhere: it ends the wait between two rounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from tests.sidecar.simulation.world import Awaited, Event

if TYPE_CHECKING:
    from tests.sidecar.simulation.world import Process


class News:
    """As control.mailbox, but for the end of a process. `late_ns`: how late a wait ends."""

    def __init__(self, process: Process, late_ns: Callable[[], int]) -> None:
        self._process = process
        self._late_ns = late_ns
        self._news: deque[Event] = deque()
        self._awaited: Awaited[None] | None = None

    def post(self, news: Event) -> None:
        self._news.append(news)
        if self._awaited is not None:
            self._awaited.give(None)

    def take(self, seconds: float, pidfd: int | None = None) -> Event | None:
        if not self._news and seconds > 0:
            self._awaited = Awaited(self._process)
            self._awaited.wait(int(seconds * SECOND) + self._late_ns())
            self._awaited = None
        return self._news.popleft() if self._news else None

"""Scrapes, each in another thread: a node that does not answer must not hold up the loop."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from forge_manager.base.aside import Elsewhere, in_a_thread
from forge_manager.forging.situation import Scrape
from forge_manager.node.metric import Forging
from forge_manager.node.process import identify

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.node.metric import Reading
    from forge_manager.node.process import Held, NodeProcess

_VALUES = {Forging.ON: 1, Forging.OFF: 0, Forging.ABSENT: None}


class NoScraper:
    """For a node that shows no forging metric."""

    latest: Scrape | None = None
    begun_ns: int | None = None

    def begin_if_due(self, held: Held | None, now_ns: int, within_ns: int) -> None:
        """Do nothing."""

    def busy_since_ns(self) -> int | None:
        """Never be busy."""
        return None


class Metric(Protocol):
    """What is scraped (node.metric)."""

    def scrape(self) -> Reading:
        """Ask once."""

    def close(self) -> None:
        """Ask a new connection next time."""


class Scraper:
    """At most one scrape at a time; `latest` is the last whole answer of the process asked for.

    `elsewhere`: where a scrape waits for its answer (aside). `news`: called from there when an
    answer says anything else than the one before.
    """

    def __init__(
        self,
        metric: Metric,
        *,
        news: Callable[[], None] = lambda: None,
        who_is: Callable[[int], NodeProcess | None] = identify,
        elsewhere: Elsewhere = in_a_thread,
    ) -> None:
        self._metric = metric
        self._news = news
        self._who_is = who_is
        self._lock = threading.Lock()
        self._busy_since_ns: int | None = None
        self._held: Held | None = None
        self._latest: Scrape | None = None
        self._begun_ns: int | None = None
        self._asked: Held | None = None
        self._scrape_elsewhere = elsewhere("aside: the metrics page", self._scrape)

    def begin_if_due(self, held: Held | None, now_ns: int, within_ns: int) -> None:
        """Begin a scrape of this process if the last one began at least `within_ns` ago."""
        with self._lock:
            if held is not self._held:
                self._held, self._latest, self._begun_ns = held, None, None
            due = self._begun_ns is None or now_ns - self._begun_ns >= within_ns
            if held is None or not due or self._busy_since_ns is not None:
                return
            self._begun_ns = self._busy_since_ns = now_ns
        self._scrape_elsewhere()

    @property
    def latest(self) -> Scrape | None:
        """The last whole answer of the process that is held now."""
        with self._lock:
            return self._latest

    @property
    def begun_ns(self) -> int | None:
        """When the last scrape of that process began, None before the first."""
        with self._lock:
            return self._begun_ns

    def busy_since_ns(self) -> int | None:
        """Return when the running scrape began; each one ends, whatever the node does.

        None when there is none.
        """
        with self._lock:
            return self._busy_since_ns

    def _scrape(self) -> None:
        with self._lock:
            held = self._held
        reading, before = None, self.latest
        try:
            if held is not self._asked:
                self._metric.close()  # it may lead to the previous process, which need not be dead
                self._asked = held
            reading = self._metric.scrape()
        finally:
            with self._lock:
                self._busy_since_ns = None
                if reading is not None and held is not None and held is self._held:
                    self._take(held.process, reading)
                after = self._latest
            if after is not None and (before is None or before.forging != after.forging):
                self._news()

    def _take(self, process: NodeProcess, reading: Reading) -> None:
        # The port may have been another process's: only a scrape that ended while ours lived
        # counts. Compared by identity, because a pidfd's poll object serves one thread.
        if reading.forging in _VALUES and self._who_is(process.pid) == process:
            value = _VALUES[reading.forging]
            times = reading.begun_ns, reading.answered_ns
            self._latest = Scrape(process, *times, value, reading.version)

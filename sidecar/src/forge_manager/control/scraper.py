"""Scrapes in a thread of their own: a node that does not answer must not hold the loop up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from forge_manager.forging.situation import Scrape
from forge_manager.node.metric import Forging
from forge_manager.node.process import identify

if TYPE_CHECKING:
    from forge_manager.guard.protocol import NodeProcess
    from forge_manager.node.metric import Reading
    from forge_manager.node.process import HeldProcess

_VALUES = {Forging.ON: 1, Forging.OFF: 0, Forging.ABSENT: None}


class NoScraper:
    """Of a node that shows no forging metric."""

    latest: Scrape | None = None

    def begin_if_due(self, held: HeldProcess | None, now_ns: int, within_ns: int) -> None:
        """Do nothing."""


class Metric(Protocol):
    """What is scraped (node.metric)."""

    def scrape(self) -> Reading:
        """Ask once."""

    def close(self) -> None:
        """Ask a new connection next time."""


class Scraper:
    """At most one scrape at a time; `latest` is the last whole answer of the process asked for."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._held: HeldProcess | None = None
        self._latest: Scrape | None = None
        self._begun_ns: int | None = None
        threading.Thread(target=self._run, name="scrape", daemon=True).start()

    def begin_if_due(self, held: HeldProcess | None, now_ns: int, within_ns: int) -> None:
        """Begin a scrape of this process when the last began `within_ns` or longer ago."""
        with self._lock:
            if held is not self._held:
                self._held, self._latest, self._begun_ns = held, None, None
            due = self._begun_ns is None or now_ns - self._begun_ns >= within_ns
            if held is None or not due or self._wanted.is_set():
                return
            self._begun_ns = now_ns
        self._wanted.set()

    @property
    def latest(self) -> Scrape | None:
        """The last whole answer of the process that is held now."""
        with self._lock:
            return self._latest

    def _run(self) -> None:
        asked: HeldProcess | None = None
        while True:
            self._wanted.wait()
            with self._lock:
                held = self._held
            if held is not asked:
                self._metric.close()  # it may lead to the process before, which need not be dead
                asked = held
            reading = self._metric.scrape()
            with self._lock:
                if held is not None and held is self._held:
                    self._take(held.process, reading)
            self._wanted.clear()

    def _take(self, process: NodeProcess, reading: Reading) -> None:
        # The port may have been another process's: only what ended while ours lived counts. By its
        # identity, for a pidfd's poll object serves one thread.
        if reading.forging in _VALUES and identify(process.pid) == process:
            value = _VALUES[reading.forging]
            self._latest = Scrape(process, reading.begun_ns, reading.answered_ns, value)

"""A worker takes news at once, or waits for more."""

from __future__ import annotations

import threading

from forge_manager.base.worker import Worker
from tests.sidecar.waiting import until


class Work:
    """A worker that is running; it has had its first turn."""

    def __init__(self, *patience: float) -> None:
        self.turns = 0
        self.asked = threading.Event()
        self._patience = list(patience)
        self.worker = Worker("work", self._turn, patience=self._next)
        self.worker.start()
        until(lambda: self.turns == 1, "the first turn")

    def _turn(self) -> None:
        self.turns += 1

    def _next(self) -> float:
        self.asked.set()
        return self._patience.pop(0) if len(self._patience) > 1 else self._patience[0]


def test_news_are_taken_at_once_without_patience() -> None:
    work = Work(0.0)
    work.worker.poke()
    until(lambda: work.turns == 2, "the second turn")
    work.worker.stop()


def test_news_that_wait_are_taken_together() -> None:
    work = Work(0.5, 60.0)
    for _ in range(100):
        work.worker.poke()
    took = until(lambda: work.turns == 2, "the second turn")
    assert took > 0.3
    work.worker.stop()
    assert work.turns == 2


def test_other_news_may_end_the_patience() -> None:
    work = Work(60.0, 0.0)
    work.worker.poke()
    until(work.asked.is_set, "the wait")
    work.worker.poke()
    until(lambda: work.turns == 2, "the second turn")
    work.worker.stop()


def test_a_stop_ends_the_patience() -> None:
    work = Work(60.0)
    work.worker.poke()
    until(work.asked.is_set, "the wait")
    work.worker.stop(5)
    assert work.worker.health() == ()
    assert not work.worker._thread.is_alive()

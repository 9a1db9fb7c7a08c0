"""Runs what may never return in its own thread; the caller goes on with the previous result.

If the disk or server behind a claim stalls, any process that touches it hangs in the kernel, where
no signal and no deadline reaches it. What is in memory answers at once; everything else is read
through this module.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from forge_manager.base import logs
from forge_manager.base.clocks import read_clocks
from forge_manager.base.moment import SECOND

ResultT = TypeVar("ResultT")
#: Takes a name and some work; returns a function that has the work done by another thread.
Elsewhere = Callable[[str, Callable[[], None]], Callable[[], None]]

#: A look at a healthy volume takes microseconds, at a slow one some hundred milliseconds.
HANGS_AFTER_NS = 2 * SECOND

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LookResult(Generic[ResultT]):
    """The result of a look. Times are CLOCK_BOOTTIME."""

    begun_ns: int
    ended_ns: int
    what: ResultT

    @property
    def hung(self) -> bool:
        """Whether it took too long to say anything about now."""
        return self.ended_ns - self.begun_ns > HANGS_AFTER_NS


def in_a_thread(name: str, work: Callable[[], None]) -> Callable[[], None]:
    """Return a function that has this work done once more, in a thread for it alone."""
    wanted = threading.Event()

    def run() -> None:
        while True:
            wanted.wait()
            wanted.clear()
            try:
                work()
            except Exception as error:  # noqa: BLE001 (the next time may go well)
                _log.error("unexpected error", extra=logs.fields(error=logs.where(error)))

    threading.Thread(target=run, name=name, daemon=True).start()
    return wanted.set


def _boot_ns() -> int:
    return read_clocks().boot_ns


class Aside(Generic[ResultT]):
    """One look at a time. Thread-safe; only `wait` waits, and no longer than it is told."""

    def __init__(
        self,
        name: str,
        look: Callable[[], ResultT],
        *,
        elsewhere: Elsewhere = in_a_thread,
        clock: Callable[[], int] = _boot_ns,
    ) -> None:
        """`name`: what is looked at, for the log. `clock`: CLOCK_BOOTTIME."""
        self._name = name
        self._look = look
        self._clock = clock
        self._changed = threading.Condition()
        self._begun_ns: int | None = None  # of the look that goes on
        self._latest: LookResult[ResultT] | None = None
        self._said = False
        self._look_elsewhere = elsewhere(f"aside: {name}", self._work)

    def begin(self) -> None:
        """Begin a look, unless one is under way."""
        with self._changed:
            begins = self._begun_ns is None
            if begins:
                self._begun_ns = self._clock()
        if begins:
            self._look_elsewhere()
        self._say()

    @property
    def latest(self) -> LookResult[ResultT] | None:
        """What the last completed look found; None before the first."""
        with self._changed:
            return self._latest

    @property
    def hangs(self) -> bool:
        """Whether a look takes too long, or the last one did, so that its result may be old."""
        with self._changed:
            if self._begun_ns is not None and self._clock() - self._begun_ns > HANGS_AFTER_NS:
                return True
            return self._latest is not None and self._latest.hung

    def wait(self, seconds: float) -> ResultT | None:
        """Return the result of the look under way, or of a new one; None if it takes longer.

        It does not wait for a look that already hangs.
        """
        with self._changed:
            stuck = self._begun_ns is not None and self.hangs
            before = self._latest
        self.begin()
        if stuck:
            return None
        with self._changed:
            ended = self._changed.wait_for(lambda: self._latest is not before, seconds)
            return self._latest.what if ended and self._latest is not None else None

    def _work(self) -> None:
        found = None
        try:
            found = self._look()
        finally:
            with self._changed:
                begun_ns, self._begun_ns = self._begun_ns, None
                if begun_ns is not None and found is not None:
                    self._latest = LookResult(begun_ns, self._clock(), found)
                self._changed.notify_all()

    def _say(self) -> None:
        hangs = self.hangs
        if hangs is self._said:
            return
        self._said = hangs
        if hangs:
            _log.warning(
                "a read hangs: its volume, or what serves it, does not answer; everything else "
                "continues",
                extra=logs.fields(what=self._name),
            )
        else:
            _log.info("a read that hung has returned", extra=logs.fields(what=self._name))

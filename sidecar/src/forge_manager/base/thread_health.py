"""Which threads of this process are late or have ended: only what a restart would fix.

A thread that waits for a server or a volume does not count: a new process would wait as well, and
the kubelet would restart the manager for ever.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

#: Seconds without a turn after which a loop counts as stalled. A turn takes milliseconds and waits
#: only for memory; a machine that is short of memory may take longer.
STALLED_AFTER = 30.0


class Ailment(NamedTuple):
    """One thread that no longer does its work. `text`: what is wrong, with the thread's name."""

    thread: str
    reason: Reason
    text: str


#: For everything that a page asks about.
Ailments = tuple[Ailment, ...]


class Threaded(Protocol):
    """What has threads."""

    def health(self) -> Ailments:
        """Return which of them no longer do their work."""


def health_of(parts: Iterable[Threaded]) -> Ailments:
    """Return what is wrong with any of them."""
    return tuple(ailment for part in parts for ailment in part.health())


class LoopAge:
    """The time of a loop's last turn, on the monotonic clock. `thread`: its name."""

    def __init__(self, thread: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._thread = thread
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Record a turn of the loop."""
        self._last = self._clock()

    def health(self) -> Ailments:
        """Tell whether the last turn was too long ago."""
        return stalled(self._thread, self._clock() - self._last)


def stalled(thread: str, seconds: float) -> Ailments:
    """Return what is wrong with a loop that has not turned for this long."""
    if seconds <= STALLED_AFTER:
        return ()
    text = f"the thread {thread} made no progress for {seconds:.0f} s (allowed: {STALLED_AFTER:g} "
    "s)"
    return (Ailment(thread, Reason.CONTROL_LOOP_STALLED, text),)


def ended_of(thread: threading.Thread) -> Ailments:
    """Tell whether a thread that was started, and should run for ever, has ended."""
    if thread.ident is None or thread.is_alive():
        return ()
    return (Ailment(thread.name, Reason.THREAD_ENDED, f"the thread {thread.name} has ended"),)

"""Which threads of this process are late or have ended: what a restart would mend, and only that.

A thread that waits for a server or a volume belongs to none of these: another process would wait as
well, and a kubelet that restarts the manager for it does so for ever.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

#: Seconds without a turn after which a loop counts as stalled. A turn takes milliseconds and waits
#: for nothing but memory; a machine that is short of it may stretch that.
STALLED_AFTER = 30.0


class Ailment(NamedTuple):
    """One thread that does not do its work any more. `text`: what is wrong, naming it."""

    thread: str
    reason: Reason
    text: str


#: Of everything that a page asks about.
Ailments = tuple[Ailment, ...]


class Threaded(Protocol):
    """What has threads."""

    def health(self) -> Ailments:
        """Return which of them do their work no more."""


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
    """Return what is wrong with a loop that has not turned for so long."""
    if seconds <= STALLED_AFTER:
        return ()
    text = f"the thread {thread} made no progress for {seconds:.0f} s (allowed: {STALLED_AFTER:g} "
    "s)"
    return (Ailment(thread, Reason.CONTROL_LOOP_STALLED, text),)


def ended_of(thread: threading.Thread) -> Ailments:
    """Tell whether a thread has ended that was started, and is to run for ever."""
    if thread.ident is None or thread.is_alive():
        return ()
    return (Ailment(thread.name, Reason.THREAD_ENDED, f"the thread {thread.name} has ended"),)

"""When the next request may be sent: rarely after failures, and never above the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class TokenBucket:
    """`burst` at once, then one every `every_s` seconds. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float], *, burst: int, every_s: float) -> None:
        self._clock = clock
        self._burst = burst
        self._every_s = every_s
        self._tokens = float(burst)
        self._at = clock()

    def take(self) -> bool:
        """Take one, if there is one."""
        if self.wait_s() > 0:
            return False
        self._tokens -= 1
        return True

    def wait_s(self) -> float:
        """Return how long until there is one, 0 when there is."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) / self._every_s)
        self._at = now
        return max(0.0, (1 - self._tokens) * self._every_s)


class BackOff:
    """Each failure doubles the wait, from `first_s` to `longest_s` seconds."""

    def __init__(
        self, clock: Callable[[], float], *, first_s: float = 0.5, longest_s: float = 60.0
    ) -> None:
        self._clock = clock
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s
        self._until = clock()

    def failed(self) -> None:
        """Wait from now on."""
        self._until = self._clock() + self._next_s
        self._next_s = min(2 * self._next_s, self._longest_s)

    def over(self) -> None:
        """Wait no longer."""
        self._next_s = self._first_s
        self._until = self._clock()

    def wait_s(self) -> float:
        """Return how long still to wait."""
        return max(0.0, self._until - self._clock())


class Pace:
    """When a writer may write: `burst` at once, then one every `every_s`; rarely after failures.

    Without `burst`, only failures slow it down.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        burst: int = 0,
        every_s: float = 0.0,
        first_s: float = 0.5,
        longest_s: float = 60.0,
    ) -> None:
        self._bucket = TokenBucket(clock, burst=burst, every_s=every_s) if burst else None
        self._back_off = BackOff(clock, first_s=first_s, longest_s=longest_s)

    def wait_s(self) -> float:
        """Return how long still to wait, 0 when a write is due."""
        return max(self._back_off.wait_s(), self._bucket.wait_s() if self._bucket else 0.0)

    def attempt(self, write: Callable[[], bool]) -> float:
        """Write if that is due; returns when to try again, 0 if it was written."""
        wait_s = self.wait_s()
        if wait_s > 0:
            return wait_s
        if self._bucket is not None:
            self._bucket.take()
        if write():
            self._back_off.over()
            return 0.0
        self._back_off.failed()
        return self._back_off.wait_s()

    def forgive(self) -> None:
        """Forget earlier failures: there is something else to write."""
        self._back_off.over()

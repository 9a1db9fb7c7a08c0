"""How often something may be done: so many at once, and then at an even pace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Allowance:
    """`burst` at once, and on average no more than `per_second`. Of one thread."""

    def __init__(
        self,
        *,
        per_second: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`clock`: seconds, monotonic."""
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._left = float(burst)
        self._counted = clock()

    def wait(self) -> None:
        """Take one, when there is one to be had."""
        self._count()
        while self._left < 1:
            self._sleep((1 - self._left) / self._per_second)
            self._count()
        self._left -= 1

    def _count(self) -> None:
        now = self._clock()
        gained = (now - self._counted) * self._per_second
        self._left = min(float(self._burst), self._left + gained)
        self._counted = now

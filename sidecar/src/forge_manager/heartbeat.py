"""Whether the control loop still turns."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds without a beat after which the loop counts as stalled. A step takes milliseconds; slow
#: storage may stretch it, and restarting a sidecar does not make storage faster.
STALLED_AFTER = 30.0


@dataclass(frozen=True)
class Health:
    """What `/health` answers from. `age`: seconds since the last beat."""

    age: float

    @property
    def stalled(self) -> bool:
        """Tell whether the loop has stopped turning."""
        return self.age > STALLED_AFTER


class Heartbeat:
    """The time of the loop's last turn, on the monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Record a turn of the loop."""
        self._last = self._clock()

    def health(self) -> Health:
        """Return how long ago the last turn was."""
        return Health(self._clock() - self._last)


def worst(*health: Health) -> Health:
    """Return the health of what has not turned for longest."""
    return max(health, key=lambda one: one.age)

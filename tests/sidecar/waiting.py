"""Wait for a condition, with a deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def until(condition: Callable[[], object], what: str = "it", seconds: float = 10.0) -> float:
    """Wait until the condition holds; returns how many seconds that took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"{what} did not come in {seconds} s"
        time.sleep(0.005)
    return time.monotonic() - started

"""The chain's tip: a block in every slot, or where a file says that it stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .genesis import SlotClock


class Tip:
    """The tip's slot as the metrics say it."""

    def __init__(self, stands_still: Path | None) -> None:
        self._stands_still = stands_still
        self._slot = 0

    def slot(self, clock: SlotClock, now: float) -> int:
        """Return the slot at this Unix time, or the one that was asked for last."""
        if not self._slot or self._stands_still is None or not self._stands_still.exists():
            self._slot = clock.slot(now)
        return self._slot

"""What the forging loop counts: slots that are led by command, and the gaps between slots."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Leadership:
    """Counts since the process's start; `counts` has no event that has not happened yet."""

    def __init__(self, commands: Path | None, log: Callable[[str], None]) -> None:
        self.counts: Counter[str] = Counter()
        self.slots_missed = 0
        self.forged_slot: int | None = None
        self.state_update_error: int | None = None  # the slot
        self._commands = commands
        self._log = log
        self._taken = len(self._lines())  # those of an earlier process
        self._last_slot = 0

    def look_at(self, slot: int, certificate_is_valid: bool) -> None:
        """Look at one slot, each once: led by the next line of the file, if there is one."""
        self.counts["about_to_lead"] += 1
        if not certificate_is_valid:
            self.state_update_error = slot
            return
        match self._next_command():
            case "cannot":
                self.counts["could_not_forge"] += 1
            case "future":  # the tip is of a later slot: leadership is not looked at
                self.counts["block_from_future"] += 1
            case "lead":
                self._lead(slot)
                self.counts["forged"] += 1
                self.counts["adopted"] += 1
                self.forged_slot = slot
            case "miss":
                self._lead(slot)
            case other:
                if other is not None:
                    self._log(
                        f"error: {self._commands}: {other!r} is not lead, miss, cannot or future"
                    )
                self.counts["node_not_leader"] += 1
                # As the node does it: by one too much, and over a time with forging off as well.
                if self._last_slot and slot != self._last_slot + 1:
                    self.slots_missed += slot - self._last_slot
                self._last_slot = slot

    def _lead(self, slot: int) -> None:
        self.counts["node_is_leader"] += 1
        self._last_slot = slot

    def _next_command(self) -> str | None:
        lines = self._lines()
        if self._taken >= len(lines):
            return None
        self._taken += 1
        return lines[self._taken - 1]

    def _lines(self) -> list[str]:
        try:
            return self._commands.read_text().split() if self._commands else []
        except OSError:
            return []

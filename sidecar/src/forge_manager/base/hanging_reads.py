"""Which reads of volumes hang at the moment, for the metrics page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class HangingReads:
    """Reads that may hang, by name; several may share one."""

    def __init__(self) -> None:
        self._hang: list[tuple[str, Callable[[], bool]]] = []

    def add(self, name: str, hangs: Callable[[], bool]) -> None:
        """Add one. `hangs`: thread-safe, and returns at once."""
        self._hang.append((name, hangs))

    def hanging(self) -> dict[str, bool]:
        """Return for each name whether one of its reads hangs."""
        found: dict[str, bool] = {}
        for name, hangs in list(self._hang):
            found[name] = found.get(name, False) or hangs()
        return found

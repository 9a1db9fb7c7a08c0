"""Which reads of volumes do not return at the moment: asked by the metrics page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class HangingReads:
    """Reads of what may hang, by name; several may have one."""

    def __init__(self) -> None:
        self._hang: list[tuple[str, Callable[[], bool]]] = []

    def add(self, name: str, hangs: Callable[[], bool]) -> None:
        """Take one. `hangs`: thread-safe, and returns at once."""
        self._hang.append((name, hangs))

    def hanging(self) -> dict[str, bool]:
        """Return for each name whether one of its reads hangs."""
        found: dict[str, bool] = {}
        for name, hangs in list(self._hang):
            found[name] = found.get(name, False) or hangs()
        return found

"""Faults that last for a while, and all of them made good at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sidecar.simulation.world import Event, World


class Lasting:
    """Ends each fault after its time, or when told to end them all."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lasted = 0
        self._repairs: dict[int, Event] = {}

    def begin(self, begin_ms: float, end_ms: float, repair: Event) -> None:
        """Have `repair` done once, at some time between the two."""
        self._lasted += 1
        key = self._lasted
        self._repairs[key] = repair

        def end() -> None:
            if self._repairs.pop(key, None) is not None:
                repair()

        self._world.at(self._world.ms(begin_ms, end_ms), end)

    def end_all(self) -> None:
        """Make good whatever still lasts."""
        for repair in list(self._repairs.values()):
            repair()
        self._repairs.clear()

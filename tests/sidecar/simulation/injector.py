"""Injects the faults of a choice, one after another, each in its turn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from tests.sidecar.simulation.lasting import Lasting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sidecar.simulation.kinds import Choice, Kind
    from tests.sidecar.simulation.world import Event, World


class Injector(ABC):
    """Goes on until told to stop. `gaps_ms`: one of them is the usual time between two faults.

    Some histories are dense with faults, some leave the system time to settle.
    """

    def __init__(
        self, world: World, kinds: Sequence[Kind], choice: Choice, gaps_ms: Sequence[int]
    ) -> None:
        self.world = world
        self.random = world.random
        self.active = True
        self._kinds = kinds
        self._chosen = {kind.name for kind in kinds if kind.name in choice.names}
        self._in_turn = [kind for kind in kinds if kind.name in self._chosen and kind.weight]
        self._gap_ms = self.random.choice(gaps_ms)
        self._lasting = Lasting(world)
        self._parts: dict[type, Any] = {}
        for kind in kinds:
            if kind.part not in self._parts:
                self._parts[kind.part] = kind.part(self)
        self.world.at(self.world.ms(1000, 10000), self._next)

    def has(self, name: str) -> bool:
        """Tell whether this history has this kind of fault."""
        if all(kind.name != name for kind in self._kinds):
            raise KeyError(name)
        return name in self._chosen

    def stop(self) -> None:
        """End every fault that still lasts."""
        self.active = False
        self._lasting.end_all()

    def do(self, name: str) -> None:
        """Do one of this kind now, whoever's turn it is, if this history has it."""
        if self.has(name) and self.active:
            kind = next(kind for kind in self._kinds if kind.name == name)
            kind.act(self._parts[kind.part])

    def lasting(self, begin_ms: float, end_ms: float, repair: Event) -> None:
        """Have what ends a fault done at some time between the two."""
        self._lasting.begin(begin_ms, end_ms, repair)

    def lasting_any(self, repair: Event, at_least_ms: float = 0) -> None:
        """Let it last for a moment, for about a lease, or for some of them."""
        lease_ms = self.lease_ms()
        begin_ms, end_ms = self.random.choice([(5, 500.0), (500, lease_ms), (500, 3 * lease_ms)])
        self.lasting(at_least_ms + begin_ms, at_least_ms + end_ms, repair)

    @abstractmethod
    def lease_ms(self) -> float:
        """Return the longest lease."""

    def later(self, delay_ns: int, event: Event) -> None:
        """Do it then, if there are still faults."""

        def happen() -> None:
            if self.active:
                event()

        self.world.at(delay_ns, happen)

    def _next(self) -> None:
        if not self.active or not self._in_turn:
            return
        weights = [kind.weight for kind in self._in_turn]
        kind = self.random.choices(self._in_turn, weights)[0]
        kind.act(self._parts[kind.part])
        self.world.at(self.world.ms(0, 2 * self._gap_ms), self._next)

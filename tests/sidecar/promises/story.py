"""A history told by hand: rounds in which all works, but for what is cut, stopped or held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sidecar.promises.manager import Ask, Manager, Reply
from tests.sidecar.promises.world import (
    AnswerOnWire,
    EventOnWire,
    MessageOnWire,
    Pod,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.promises.rules import Rules
    from tests.sidecar.promises.world import Wire

_PACE = 0.5


class Story:
    """A world whose first pod leads; `armed` has the others join."""

    def __init__(
        self,
        rules: Rules,
        rates: tuple[float, ...] = (1.0, 1.0, 1.0),
        kind: str = "new",
    ) -> None:
        self.world = World(rules)
        self.rules = rules
        self.deaf: set[Pod] = set()  # no answer of the API server gets there
        self.kept: list[Wire] = []
        self.keeps: Callable[[Ask | Reply], bool] = lambda message: False
        self.leader = self.add(kind, rate=rates[0])
        self.leader.manager.note_missing(-1.0e4)
        self.leader.manager.seen = True
        self.others = [self.add(rate=rate) for rate in rates[1:]]

    def add(self, kind: str = "new", rate: float = 1.0) -> Pod:
        return self.world.add_pod(kind=kind, rate=rate)

    def last(self, seconds: float, pace: float = _PACE) -> None:
        end = self.world.time + seconds
        while self.world.time < end - 1e-9:
            self.world.time = min(end, self.world.time + pace)
            for pod in list(self.world.pods):
                if not pod.stopped:
                    pod.manager.step()
            self.deliver()

    def deliver(self) -> None:
        world = self.world
        while world.wires:
            wire = world.wires.pop(0)
            if isinstance(wire, (AnswerOnWire, EventOnWire)) and wire.pod in self.deaf:
                continue
            if isinstance(wire, MessageOnWire) and self.keeps(wire.message):
                self.kept.append(wire)
            else:
                wire.arrive(world)

    def release_kept(self) -> None:
        kept, self.kept = self.kept, []
        for wire in kept:
            wire.arrive(self.world)

    def armed(self) -> Story:
        """Let time pass until the leader may extend with all that there are."""
        everybody = {pod.uid for pod in self.world.pods if pod.registered}
        manager = self.leader.manager
        assert isinstance(manager, Manager)
        for _ in range(100):
            self.last(_PACE)
            if manager.acked is not None and manager.acked.members == everybody:
                self.last(2 * self.rules.retry + 0.1)  # the others have seen it
                return self
        raise AssertionError("it was never armed")

    def cut(self, *pods: Pod) -> None:
        for pod in pods:
            self.world.cut(pod)

    def heal(self, *pods: Pod) -> None:
        for pod in pods:
            self.world.heal(pod)

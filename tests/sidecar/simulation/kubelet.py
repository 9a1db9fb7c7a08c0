"""A machine's kubelet: while it is away nothing is started, restarted, probed or ended there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sidecar.simulation.world import Event, Machine


class Kubelet:
    """`runs`: how often it began; with each run its probes begin anew."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.away = False
        self.runs = 1
        self._waiting: list[Event] = []

    def when_here(self, event: Event) -> None:
        """Do it now, or soon after it is back."""
        if self.away:
            self._waiting.append(event)
        else:
            self.machine.when_running(event)

    def leave(self) -> None:
        self.away = True

    def come_back(self) -> None:
        self.away = False
        self.runs += 1
        world = self.machine.world
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            world.at(world.ms(50, 2000), partial(self.when_here, event))

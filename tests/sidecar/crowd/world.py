"""True time, what is due, what happened, and the one rule: never two may forge."""

from __future__ import annotations

import heapq
from collections import deque
from random import Random
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from tests.sidecar.crowd.server import Server
from tests.sidecar.crowd.settings import Mixture

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.crowd.pod import Pod

_LINES = 150


class TwoForgeError(AssertionError):
    """Two pods may forge at the same time."""


class World:
    """`slots`: the pods that there are by name; `pods`: every one with a process, also those
    whose object was deleted by force."""

    def __init__(self, seed: int, *, uniform: bool) -> None:
        self.random = Random(f"crowd {seed} {uniform}")
        self.uniform = uniform
        self.now_ns = 0
        self.steps = 0
        self.mixture = Mixture(self.random, uniform=uniform)
        self.servers = [Server(self, index) for index in range(3)]
        self.slots: list[Pod] = []
        self.pods: list[Pod] = []
        self.dead: set[str] = set()  # holders whose processes have all ended
        self.on_notice: Callable[[], None] | None = None
        self.troubled = True
        self.switched_on = 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = 0
        self._lines: deque[tuple[int, Callable[[], str] | str]] = deque(maxlen=_LINES)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def between(self, low_s: float, high_s: float) -> int:
        return int(self.random.uniform(low_s, high_s) * SECOND)

    def at(self, delay_ns: int, act: Callable[[], None]) -> None:
        self._numbers += 1
        heapq.heappush(self._due, (self.now_ns + delay_ns, self._numbers, act))

    def run_until(self, true_ns: int, done: Callable[[], bool] | None = None) -> None:
        due = self._due
        while due and due[0][0] <= true_ns:
            self.now_ns, _, act = heapq.heappop(due)
            self.steps += 1
            act()
            if done is not None and done():
                return
        self.now_ns = true_ns

    def log(self, line: Callable[..., str] | str, *arguments: object) -> None:
        text = line if isinstance(line, str) else line(*arguments)
        self._lines.append((self.now_ns, text))

    def noticed(self) -> None:
        """Tell whoever troubles that something happened after which trouble counts most."""
        if self.on_notice is not None and self.troubled:
            self.on_notice()

    def check(self, one: Pod) -> None:
        """See that no other may forge while this one does."""
        for other in self.pods:
            if other is not one and not other.settings.elsewhere and other.forges():
                raise TwoForgeError(f"{one.name} and {other.name} may forge")

    def history(self) -> str:
        return "\n".join(f"{at / SECOND:9.3f} {line}" for at, line in self._lines)

    def reachable(self, pod: Pod, server: Server) -> bool:
        return not server.down and server.index not in pod.cut_off

    def moment_later(self) -> int:
        """Return a short time: mostly none at all."""
        return 0 if self.chance(0.5) else self.random.choice((1, MILLISECOND, 40 * MILLISECOND))

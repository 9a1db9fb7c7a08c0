"""One history by its seed: trouble, mostly at the worst time, and then none; and many of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from forge_manager.base.moment import SECOND
from forge_manager.election.record import LeaseRecord, released
from tests.sidecar.crowd.faults import PAUSED, STEPPED_BACK, Faults
from tests.sidecar.crowd.scenarios import SCENARIOS
from tests.sidecar.crowd.world import TwoForgeError, World

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEADS_FOR_NS = 3 * SECOND


class HistoryError(AssertionError):
    """A history that broke a rule; its text tells it."""


class Figures(NamedTuple):
    histories: int
    steps: int
    switched_on: int
    seconds: float = 0

    def __str__(self) -> str:
        return (
            f"{self.histories} histories, {self.steps} steps "
            f"({self.steps / max(self.seconds, 1e-9):.0f}/s), {self.switched_on} times on"
        )


class _History:
    def __init__(self, seed: int, *, uniform: bool) -> None:
        self.world = World(seed, uniform=uniform)
        self._seed = seed
        random = self.world.random
        self.faults = Faults(self.world)
        for slot in range(random.choice((1, 2, 3, 3))):
            self.faults.new(slot, self.world.mixture.choose())
        if random.random() < 0.15:
            self.faults.new(9, self.world.mixture.elsewhere())
        if random.random() < 0.6:
            self._let_go()
        names = list(self.faults.single)
        self._names = random.sample(names, random.randint(3, len(names)))
        if {PAUSED, STEPPED_BACK} <= set(self._names):
            self._names.remove(random.choice((PAUSED, STEPPED_BACK)))
        self._each_ns = self.world.mixture.usual.duration_ns * random.choice((1, 2, 4))
        self._at_notice = random.choice((0, 0.1, 0.3))

    def _let_go(self) -> None:
        """Begin with a Lease that was let go, so that one leads soon."""
        own = self.world.servers[0]
        usual_s = self.world.mixture.usual.lease_duration_s
        own.write(LeaseRecord("p_before", usual_s, 1, 1, 4))
        assert own.lease is not None
        own.write(released(own.lease, usual_s))

    def run(self) -> None:
        world, random = self.world, self.world.random
        begin_ns = world.mixture.usual.duration_ns * random.choice((0, 2, 3))
        world.run_until(begin_ns)
        world.on_notice = self._notice
        if random.random() < 0.5:
            self._follow(random.choice(SCENARIOS)(self.faults))
        if random.random() < 0.8:
            world.at(self._pause_ns(), self._trouble)
        spans = random.choice((2, 4, 8))
        if world.mixture.usual.lease_duration_s > 6:
            spans = 2
        world.run_until(begin_ns + spans * world.mixture.longest_ns)
        if random.random() < 0.25:
            self._calm()

    def _follow(self, scenario: Iterator[int]) -> None:
        wait_ns = next(scenario, None)
        if wait_ns is not None and self.world.troubled:
            self.world.at(wait_ns, lambda: self._follow(scenario))

    def _pause_ns(self) -> int:
        return int(self.world.random.expovariate(1) * self._each_ns)

    def _notice(self) -> None:
        if self.world.chance(self._at_notice):
            self.world.at(self.world.moment_later(), self._one)

    def _trouble(self) -> None:
        if self.world.troubled:
            self._one()
            self.world.at(self._pause_ns(), self._trouble)

    def _one(self) -> None:
        world = self.world
        if not world.troubled or not world.pods:
            return
        self.faults.single[world.random.choice(self._names)]()

    def _calm(self) -> None:
        """See that one leads when nothing troubles any more."""
        world = self.world
        self.faults.heal()
        world.log("all trouble ends")
        lease_ns = world.mixture.usual.duration_ns
        hub_ns = world.mixture.hub_terms.duration_ns
        most_ns = 2 * world.mixture.longest_ns + lease_ns + 3 * hub_ns + 10 * SECOND
        world.run_until(world.now_ns + most_ns * 105 // 100, self._one_leads)
        if not self._one_leads():
            raise AssertionError("nobody leads")

    def _one_leads(self) -> bool:
        return any(pod.on and not pod.adopting for pod in self.world.pods)


def run_history(seed: int, *, uniform: bool = False) -> Figures:
    """Run one; raise HistoryError when two may forge, or nobody does when nothing is wrong."""
    history = _History(seed, uniform=uniform)
    try:
        history.run()
    except (TwoForgeError, AssertionError) as error:
        told = f"seed {seed}{' --uniform' if uniform else ''}: {error}"
        raise HistoryError(f"{history.world.history()}\n{told}") from error
    return Figures(1, history.world.steps, history.world.switched_on)


def run_histories(
    seed: int, *, steps: int | None = None, histories: int | None = None, uniform: bool = False
) -> Figures:
    """Run histories from this seed on, until they have so many steps or are so many."""
    begin, done, total, on = time.monotonic(), 0, 0, 0
    while (steps is None or total < steps) and (histories is None or done < histories):
        figures = run_history(seed + done, uniform=uniform)
        done, total, on = done + 1, total + figures.steps, on + figures.switched_on
    return Figures(done, total, on, time.monotonic() - begin)

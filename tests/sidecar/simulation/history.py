"""Run histories: faults for a while, then none; I2 and I3 in every step, one forger in the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from forge_manager.base.moment import SECOND
from forge_manager.forging.last_resort import FIRST_TURN_NS
from tests.sidecar.simulation.cluster import Cluster, seconds
from tests.sidecar.simulation.fault_table import USUAL
from tests.sidecar.simulation.faults import Faults
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.kinds import Choice
from tests.sidecar.simulation.world import Event, World

#: Steps with faults in one history. Many short histories find more than one long one.
STEPS_PER_HISTORY = 15_000
#: Steps from one look at what must hold over a while to the next.
CHECK_EVERY = 64
#: When faults stop, exactly one node forges within this time: the kubelet's longest back-off (10 s
#: here), a node's start (6 s), twice the longest lease (30 s), a failed switch-on's back-off.
BOUND_NS = 150 * SECOND
LONGEST_OF_SEVERAL_NS = 20 * SECOND
#: ... and two turns of a replica whose keys have expired: it cannot know that another is fit now.
EXPIRED_BOUND_NS = BOUND_NS + FIRST_TURN_NS + 2 * FIRST_TURN_NS
#: ... and still does after this time.
_STEADY_NS = 5 * SECOND


class HistoryError(AssertionError):
    """A history that broke a rule; says how to see it again."""


@dataclass
class Figures:
    """What was run."""

    histories: int = 0
    steps: int = 0
    simulated_s: float = 0.0
    elapsed_s: float = 0.0
    slowest_recovery_s: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.histories} histories, {self.steps} steps, {self.simulated_s:.0f} simulated s, "
            f"{self.steps / max(self.elapsed_s, 1e-9):.0f} steps/s, slowest recovery "
            f"{self.slowest_recovery_s:.1f} s"
        )


@contextmanager
def _in_silence() -> Iterator[None]:
    """Log nothing: a history has its own lines."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class System(Protocol):
    """What is run: one cluster, or several and their hub."""

    world: World

    def check(self) -> None:
        """Check what must hold in every step. Raises InvariantError."""

    def check_phases(self) -> None:
        """Check what must hold over a while. Raises InvariantError."""

    def described(self) -> str:
        """Say of what it is made."""


def run_through(
    system: System, steps: int, stop_faults: Event, recover: Callable[[], int], again: str
) -> Figures:
    """Run with faults for these steps and then without. Raises HistoryError with its last lines.

    `recover`: goes on until all is well again, and returns how long that took. `again`: the options
    that show the same history.
    """
    world = system.world
    try:
        with _in_silence():
            _run(system, steps)
            stop_faults()
            recovered_ns = recover()
    except InvariantError as error:
        lines, made_of = "\n".join(world.history), system.described()
        raise HistoryError(
            f"{error}\nat {seconds(world.real_ns):.3f} s, step {world.steps}, {made_of}\n"
            f"again: python -m tests.sidecar.simulation {again} --steps 1\n{lines}"
        ) from None
    return Figures(1, world.steps, seconds(world.real_ns), 0.0, seconds(recovered_ns))


def _run(system: System, steps: int) -> None:
    world = system.world
    while world.steps < steps:
        world.step()
        if world.forging:
            system.check()
        if world.steps % CHECK_EVERY == 0:
            system.check_phases()


def run_history(seed: int, choice: Choice = USUAL) -> Figures:
    """Run one history of one cluster, with these kinds of faults. Raises HistoryError."""
    cluster = Cluster(seed)
    faults = Faults(cluster, choice)
    again = f"--seed {seed} {choice.options}".strip()
    return run_through(cluster, STEPS_PER_HISTORY, faults.stop, lambda: recover(cluster), again)


def recover(cluster: Cluster) -> int:
    """Go on without faults until one forges as it should; return how long that took."""
    world = cluster.world
    began_ns, since_ns = world.real_ns, world.real_ns
    bound_ns = EXPIRED_BOUND_NS if cluster.undelivered else BOUND_NS
    # Twice a lease that is longer than those of several replicas.
    bound_ns += max(0, 2 * (cluster.longest_duration_ns() - LONGEST_OF_SEVERAL_NS))
    while True:
        world.step()
        cluster.check()
        if world.steps % CHECK_EVERY == 0:
            cluster.check_phases()
        if not cluster.forges_as_it_should():
            since_ns = world.real_ns
        elif world.real_ns - since_ns >= _STEADY_NS:
            return since_ns - began_ns
        if since_ns - began_ns > bound_ns:
            who = " and ".join(cluster.forgers()) or "nobody"
            waited_s = seconds(bound_ns)
            raise InvariantError(f"liveness: {who} forges, {waited_s:.0f} s after faults ended")


def run_histories(
    first_seed: int,
    steps: int,
    run: Callable[[int], Figures] = run_history,
    *,
    histories: int | None = None,
) -> Figures:
    """Run histories from this seed on until they have this many steps, or are this many."""
    total = Figures()
    began = time.perf_counter()
    seed = first_seed
    while total.steps < steps if histories is None else total.histories < histories:
        figures = run(seed)
        seed += 1
        total.histories += 1
        total.steps += figures.steps
        total.simulated_s += figures.simulated_s
        total.slowest_recovery_s = max(total.slowest_recovery_s, figures.slowest_recovery_s)
    total.elapsed_s = time.perf_counter() - began
    return total

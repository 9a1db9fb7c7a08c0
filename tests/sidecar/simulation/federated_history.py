"""Histories of several clusters: I2 and I3 in every step, the best cluster forges in the end."""

from __future__ import annotations

from forge_manager.base.moment import SECOND
from tests.sidecar.simulation.fault_table import USUAL
from tests.sidecar.simulation.federation import PATIENCE, Federation
from tests.sidecar.simulation.history import (
    BOUND_NS,
    CHECK_EVERY,
    EXPIRED_BOUND_NS,
    Figures,
    run_through,
)
from tests.sidecar.simulation.hub_faults import HubFaults
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.kinds import Choice

#: With faults; there are more pods than in a history of one cluster.
STEPS_PER_HISTORY = 25_000
#: When faults stop, some cluster forges within the bound of one, an absence and the longest lease
#: of the hub; the best one when it was trusted again in vain for as often as can be.
SOME_NS = BOUND_NS + PATIENCE.takeover_ns + 40 * SECOND
BEST_NS = SOME_NS + 18 * PATIENCE.hand_back_ns
_STEADY_NS = 5 * SECOND


def run_federated_history(seed: int, choice: Choice = USUAL) -> Figures:
    """Run one history of several clusters, with these kinds of faults. Raises HistoryError."""
    federation = Federation(seed)
    faults = HubFaults(federation, choice)
    again = f"--clusters --seed {seed} {choice.options}".strip()
    return run_through(
        federation, STEPS_PER_HISTORY, faults.stop, lambda: _recover(federation), again
    )


def _recover(federation: Federation) -> int:
    world = federation.world
    began_ns = since_ns = world.real_ns
    some_ns: int | None = None
    # A cluster of one fit replica and one whose keys have expired: history.EXPIRED_BOUND_NS.
    unsure = any(site.undelivered for site in federation.sites if site is not federation.expired)
    extra_ns = EXPIRED_BOUND_NS - BOUND_NS if unsure else 0
    while True:
        world.step()
        federation.check()
        if world.steps % CHECK_EVERY == 0:
            federation.check_phases()
        now = federation.forger()
        if now is not None and some_ns is None:
            some_ns = world.real_ns - began_ns
        # One whose new keys have expired may have kept the older ones, which are good.
        if now is None or now not in (federation.best(), federation.expired):
            since_ns = world.real_ns
        elif world.real_ns - since_ns >= _STEADY_NS:
            return since_ns - began_ns
        waited_ns = world.real_ns - began_ns
        if some_ns is None and waited_ns > SOME_NS + extra_ns:
            raise InvariantError(
                "liveness: nobody forges with the newest keys, long after faults ended"
            )
        if waited_ns > BEST_NS + extra_ns:
            name, best = now.name if now else "nobody", federation.best().name
            raise InvariantError(f"liveness: {name} forges, not {best}, long after faults ended")

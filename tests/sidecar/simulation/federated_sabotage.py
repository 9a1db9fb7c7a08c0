"""Rules of several clusters that the simulation proves necessary: how to take each away."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from forge_manager.election.messages import LeaseIntent
from forge_manager.forging import machine as machine_module
from forge_manager.forging import rules as rules_module
from forge_manager.forging.context import Context
from forge_manager.forging.machine import ForgingMachine
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.multicluster.policy import Policy
from tests.sidecar.simulation.sabotage import nothing_kept_back

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.situation import Situation


def _own_lease_is_enough(patch: pytest.MonkeyPatch) -> None:
    honest = Context.leases_proven

    def proven(self: Context) -> bool:
        return honest(dataclasses.replace(self, seen=_with_own_lease(self.seen)))

    patch.setattr(Context, "leases_proven", proven)


def _fence_of_own_lease(patch: pytest.MonkeyPatch) -> None:
    honest = ForgingMachine._fence

    def fence(self: ForgingMachine, seen: Situation) -> Fence | None:
        return honest(self, _with_own_lease(seen))

    patch.setattr(ForgingMachine, "_fence", fence)


def _with_own_lease(seen: Situation) -> Situation:
    return dataclasses.replace(
        seen, leases=tuple(lease for lease in seen.leases if not lease.shared)
    )


def _hub_released_first(patch: pytest.MonkeyPatch) -> None:
    """Let go of the hub's Lease as soon as switching off begins."""
    honest = ForgingMachine._intents

    def intents(self: ForgingMachine, context: Context) -> tuple[LeaseIntent, ...]:
        found = honest(self, context)
        return (
            (*found[:-1], LeaseIntent.RELEASE) if self.state.phase is Phase.SWITCHING_OFF else found
        )

    patch.setattr(ForgingMachine, "_intents", intents)
    nothing_kept_back(patch)


def _both_at_once(patch: pytest.MonkeyPatch) -> None:
    """Ask for the hub's Lease without the own one."""
    honest = ForgingMachine._intents

    def intents(self: ForgingMachine, context: Context) -> tuple[LeaseIntent, ...]:
        found = honest(self, context)
        return (LeaseIntent.CAMPAIGN,) * len(found) if found[0] is LeaseIntent.CAMPAIGN else found

    patch.setattr(ForgingMachine, "_intents", intents)


def _word_not_heeded(patch: pytest.MonkeyPatch) -> None:
    kept = tuple(r for r in rules_module.RULES if r.reason is not ForgingReason.CLUSTER_YIELDS)
    patch.setattr(machine_module, "RULES", kept)


def _never_hands_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Policy, "_is_steady", lambda *_: False)


def _waits_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Policy, "_must_wait", lambda *_, **__: True)
    patch.setattr(Policy, "_lay_free", lambda *_: False)


def _keeps_the_own_lease(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Context, "hub_silent", lambda _: False)


def _expired_is_well(patch: pytest.MonkeyPatch) -> None:
    """Let a cluster whose keys have expired keep its right, and tell the others that it is fit."""
    patch.setattr(ForgingMachine, "is_last_resort", lambda *_: False)
    patch.setattr(Context, "keys_expired", lambda *_: False)


SABOTAGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the cluster's own lease is enough": _own_lease_is_enough,
    "the fence follows the own lease alone": _fence_of_own_lease,
    "the hub's is released while switching off": _hub_released_first,
    "the hub's is asked for without the own one": _both_at_once,
    "a cluster that is disabled goes on": _word_not_heeded,
    "a cluster never hands back": _never_hands_back,
    "a cluster whose keys have expired is well": _expired_is_well,
    "a cluster waits for the better ones for ever": _waits_for_ever,
    "who cannot reach the hub keeps its cluster's Lease": _keeps_the_own_lease,
}

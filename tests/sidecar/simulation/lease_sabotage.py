"""Rules of a release whose Lease changes its name: how to take each away (sabotage)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from forge_manager.election.withdrawal import Withdrawal
from tests.sidecar.simulation.cluster import Cluster

if TYPE_CHECKING:
    import pytest

    from tests.sidecar.simulation.api import ApiServer

Patch = Callable[["pytest.MonkeyPatch"], None]


def _own_lease_alone(patch: pytest.MonkeyPatch) -> None:
    def leases(self: Cluster) -> tuple[ApiServer, ...]:
        return (self.api,)

    patch.setattr(Cluster, "leases_of_new_pods", leases)


def _role_not_heeded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Withdrawal, "is_over", lambda *_: False)


def _refused_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Withdrawal, "is_over", lambda self, *_: self.refused)


SABOTAGES: dict[str, Patch] = {
    "a former Lease is not held": _own_lease_alone,
    "a Lease that the Role no longer names binds": _role_not_heeded,
    "a Lease that was refused binds nobody at once": _refused_once,
}

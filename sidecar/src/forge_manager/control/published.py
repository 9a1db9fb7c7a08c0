"""The state that a round publishes, from what it saw and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.control.status import ForgingState
from forge_manager.election.messages import HUB
from forge_manager.forging.context import SCRAPE_SILENCE_NS
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.forging.decision import Decision
    from forge_manager.forging.situation import Scrape


def published(
    now: Moment,
    phase: Phase,
    decision: Decision,
    leases: tuple[LeaseView, ...],
    permission: ClusterPermission,
    *,
    scrape: Scrape | None,
    why: str,
    cause: str,
) -> ForgingState:
    """Return the state. `why`, `cause`: of the last transition."""
    own, hub = [lease for lease in leases if not lease.shared], hub_of(leases)
    explained = _explained(now, phase, decision, leases, permission, why=why)
    return ForgingState(
        phase=phase,
        why=explained,
        cause=cause if explained == why else "",
        forging=_forging(now, phase, scrape),
        leading=bool(leases) and all(lease.suffices(now) for lease in leases),
        # A pod that waits for the next ones holds the first; the leader, whatever its name, the
        # last.
        holder=next((lease.holder for lease in reversed(own) if lease.holder), ""),
        node_may_live=decision.node_may_live,
        handed_over=decision.handed_over,
        local=_local(own, now),
        fit=decision.fit,
        hub_holder=hub.holder if hub else "",
    )


def hub_of(leases: Iterable[LeaseView]) -> LeaseView | None:
    """Return the lease that is shared with other clusters, None if there is none."""
    return next((lease for lease in leases if lease.shared), None)


def _local(own: Sequence[LeaseView], now: Moment) -> bool:
    return bool(own) and all(lease.proven(now) for lease in own)


def _forging(now: Moment, phase: Phase, scrape: Scrape | None) -> bool | None:
    """Return what the node itself said a moment ago; None if that is not known.

    An absent metric means off only for a node known to have started non-producing.
    """
    if scrape is None or now.boot_ns - scrape.answered_ns > SCRAPE_SILENCE_NS:
        return None
    if scrape.forging is None and phase is not Phase.STANDBY:
        return None
    return scrape.forging == 1


def _explained(
    now: Moment,
    phase: Phase,
    decision: Decision,
    leases: tuple[LeaseView, ...],
    permission: ClusterPermission,
    *,
    why: str,
) -> str:
    """Return the code of what keeps this pod from leading, or of the last transition."""
    if phase is not Phase.STANDBY:
        return why
    if not leases:
        return "NobodyIsElected"
    own, hub = [lease for lease in leases if not lease.shared], hub_of(leases)
    missing = next((lease for lease in own if not lease.proven(now)), None)
    obstacle = decision.obstacle or (missing.obstacle if missing else None)
    if obstacle is not None:
        return obstacle.value
    if missing is None:
        if not permission.permitted:
            return permission.why.value
        if hub is not None and hub.obstacle is not None:
            return f"{HUB}{hub.obstacle}"
    return why

"""What a round says to the outside, from what it saw and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.control.status import ForgingState
from forge_manager.forging.context import SCRAPE_SILENCE_NS
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from forge_manager.clusters.stand import Stand
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.decision import Decision
    from forge_manager.forging.situation import Scrape
    from forge_manager.moment import Moment

#: Before the code of what is in the way of the hub's Lease.
HUB = "Hub"


def published(
    now: Moment,
    phase: Phase,
    decision: Decision,
    leases: tuple[LeaseView, ...],
    stand: Stand,
    *,
    scrape: Scrape | None,
    why: str,
) -> ForgingState:
    """Return the state. `why`: the code of the last transition."""
    return ForgingState(
        phase=phase,
        why=_explained(now, phase, decision, leases, stand, why=why),
        forging=_forging(now, phase, scrape),
        leading=bool(leases) and all(lease.suffices(now) for lease in leases),
        holder=leases[0].holder if leases else "",
        node_may_live=decision.node_may_live,
        handed_over=decision.handed_over,
        local=bool(leases) and leases[0].proven(now),
        fit=decision.fit,
        hub_holder=leases[1].holder if len(leases) > 1 else "",
    )


def _forging(now: Moment, phase: Phase, scrape: Scrape | None) -> bool | None:
    """Say what the node itself said a moment ago; None when that is not known.

    A metric that is absent means off only for a node known to have started non-producing.
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
    stand: Stand,
    *,
    why: str,
) -> str:
    """Return the code of what keeps this pod from leading, or of the last transition."""
    if phase is not Phase.STANDBY:
        return why
    if not leases:
        return "NobodyIsElected"
    obstacle = decision.obstacle or leases[0].obstacle
    if obstacle is not None:
        return obstacle.value
    if leases[0].proven(now):
        if not stand.permitted:
            return stand.why.value
        if len(leases) > 1 and leases[1].obstacle is not None:
            return f"{HUB}{leases[1].obstacle}"
    return why

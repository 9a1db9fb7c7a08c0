"""When the machine changes phase: one table, read from the top; the first rule that applies wins.

Rules that keep two nodes from forging come before those that help this one to forge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.forging import rotation
from forge_manager.forging.context import Context
from forge_manager.forging.phases import ForgingReason, Phase

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Rule:
    """From one of `sources` to `target` if `when` applies. `fails`: this pod backs off."""

    sources: tuple[Phase, ...]
    when: Callable[[Context], bool]
    target: Phase
    reason: ForgingReason
    fails: bool = False


_MAY_FORGE = (Phase.SWITCHING_ON, Phase.FORGING)
_MUST_STOP = (*_MAY_FORGE, Phase.ADOPTING)
_WITH_NODE = tuple(phase for phase in Phase if phase is not Phase.NO_NODE)

RULES: tuple[Rule, ...] = (
    # Whatever was going on, a process that has ended forges nothing.
    Rule(_WITH_NODE, Context.node_gone, Phase.NO_NODE, ForgingReason.NODE_ENDED),
    Rule(
        (Phase.NO_NODE,),
        Context.node_found_unproven,
        Phase.ADOPTING,
        ForgingReason.NODE_FOUND_UNPROVEN,
    ),
    Rule((Phase.NO_NODE,), Context.node_found, Phase.STANDBY, ForgingReason.NODE_UP),
    # Forging without permission is ended at once; there is no time for anything milder, nor for
    # telling a node that forges from one that wrongly says so: only the reason differs.
    Rule(
        (Phase.STANDBY,),
        Context.forging_shown_at_start,
        Phase.KILLING,
        ForgingReason.FORGING_SHOWN_AT_START,
    ),
    Rule(
        (Phase.STANDBY,),
        Context.forging_seen,
        Phase.KILLING,
        ForgingReason.FORGING_WITHOUT_LEASE,
    ),
    Rule(
        (Phase.ADOPTING,),
        Context.forging_unpermitted,
        Phase.KILLING,
        ForgingReason.FORGING_WITHOUT_LEASE,
    ),
    # Reasons to stop.
    Rule(_MAY_FORGE, Context.leases_unproven, Phase.SWITCHING_OFF, ForgingReason.LEASE_NOT_PROVEN),
    Rule(_MUST_STOP, Context.guard_silent, Phase.SWITCHING_OFF, ForgingReason.GUARD_SILENT),
    Rule(_MUST_STOP, Context.terminating, Phase.SWITCHING_OFF, ForgingReason.TERMINATING),
    Rule(_MUST_STOP, Context.held_off, Phase.SWITCHING_OFF, ForgingReason.HELD_OFF),
    Rule(_MUST_STOP, Context.handing_over, Phase.SWITCHING_OFF, ForgingReason.HANDING_OVER),
    Rule(_MUST_STOP, Context.cluster_forbids, Phase.SWITCHING_OFF, ForgingReason.CLUSTER_YIELDS),
    # A forging node has its set; what becomes of the checked one concerns only the next node.
    Rule(
        (Phase.SWITCHING_ON,),
        Context.credentials_missing,
        Phase.SWITCHING_OFF,
        ForgingReason.CREDENTIALS_MISSING,
    ),
    Rule(
        _MAY_FORGE,
        Context.action_failed,
        Phase.SWITCHING_OFF,
        ForgingReason.ACTION_FAILED,
        fails=True,
    ),
    Rule(
        (Phase.FORGING,),
        Context.node_silent,
        Phase.SWITCHING_OFF,
        ForgingReason.NODE_NOT_ACCEPTING,
    ),
    Rule(
        (Phase.FORGING,),
        Context.forging_stopped,
        Phase.SWITCHING_OFF,
        ForgingReason.FORGING_STOPPED,
        fails=True,
    ),
    # New keys: off and, under the same lease, on again.
    Rule(
        (Phase.FORGING,),
        rotation.credentials_changed,
        Phase.SWITCHING_OFF,
        ForgingReason.CREDENTIALS_CHANGED,
    ),
    Rule(
        (Phase.FORGING,),
        rotation.credentials_changed_unseen,
        Phase.SWITCHING_ON,
        ForgingReason.CREDENTIALS_CHANGED,
    ),
    # After them: a pod with newer keys need not give way to another.
    Rule(
        (Phase.FORGING,),
        Context.gives_up_expired,
        Phase.SWITCHING_OFF,
        ForgingReason.KES_PERIOD_EXPIRED,
    ),
    # A node found by a new manager: its own lease again, or off before the fence falls.
    Rule((Phase.ADOPTING,), Context.adoptable, Phase.FORGING, ForgingReason.NODE_ADOPTED),
    Rule(
        (Phase.ADOPTING,),
        Context.adoptable_unseen,
        Phase.SWITCHING_ON,  # once more: nothing shows whether it was switched on
        ForgingReason.NODE_ADOPTED,
    ),
    Rule((Phase.ADOPTING,), Context.found_off, Phase.SWITCHING_OFF, ForgingReason.NODE_FOUND_OFF),
    Rule(
        (Phase.ADOPTING,),
        Context.permission_nearly_over,
        Phase.SWITCHING_OFF,
        ForgingReason.FENCE_NEARLY_PASSED,
    ),
    # On.
    Rule(
        (Phase.STANDBY,), Context.lease_acquired, Phase.SWITCHING_ON, ForgingReason.LEASE_ACQUIRED
    ),
    Rule(
        (Phase.SWITCHING_ON,),
        Context.forging_confirmed,
        Phase.FORGING,
        ForgingReason.FORGING_CONFIRMED,
    ),
    Rule(
        (Phase.SWITCHING_ON,),
        Context.forging_assumed,
        Phase.FORGING,
        ForgingReason.FORGING_ASSUMED,
    ),
    Rule(
        (Phase.SWITCHING_ON,),
        Context.switch_on_failed,
        Phase.SWITCHING_OFF,
        ForgingReason.SWITCH_ON_FAILED,
        fails=True,
    ),
    # Off.
    Rule((Phase.SWITCHING_OFF,), Context.off_confirmed, Phase.STANDBY, ForgingReason.OFF_CONFIRMED),
    Rule(
        (Phase.SWITCHING_OFF,),
        Context.off_unprovable,
        Phase.ENDING,
        ForgingReason.NODE_ENDED_WITHOUT_METRIC,
    ),
    Rule(
        (Phase.SWITCHING_OFF,),
        Context.metric_missing,
        Phase.ENDING,
        ForgingReason.METRIC_MISSING,
    ),
    Rule(
        (Phase.SWITCHING_OFF,),
        Context.off_overdue,
        Phase.KILLING,
        ForgingReason.NODE_DID_NOT_GO_OFF,
    ),
    Rule((Phase.ENDING,), Context.end_overdue, Phase.KILLING, ForgingReason.NODE_DID_NOT_END),
)

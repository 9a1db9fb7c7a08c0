"""The status that the CardanoLeader should have; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.forging.phases import Phase
from forge_manager.kube.changes import metadata_of, status_of
from forge_manager.publish.status_fields import (
    CONDITIONS,
    Condition,
    Written,
    condition_list,
    since,
    time_text,
)
from forge_manager.publish.words import ReportReason, with_cause

if TYPE_CHECKING:
    from forge_manager.control.status import ForgingState
    from forge_manager.kube.changes import Document

#: What `desired_status` returns.
WRITTEN = Written(
    fields=frozenset(
        {
            "leaderPod",
            "forgingEnabled",
            "reason",
            "message",
            "lastTransitionTime",
            "observedGeneration",
            CONDITIONS,
        }
    ),
    conditions=frozenset({"LeaderElected", "Forging"}),
)


def desired_status(
    state: ForgingState, pod: str, document: Document, wall_s: float
) -> Document | None:
    """Return the whole status that this pod must write; None if another pod writes it.

    `document`: the object as it is. `wall_s`: Unix time. A pod that leads says so; one that no
    longer leads and is off removes only what names itself.
    """
    before = status_of(document)
    if state.local:
        if state.forging is None and state.phase is Phase.ADOPTING:
            return None  # its first scrape is on the way; a restart of the manager is no transition
        leader = pod
    elif state.handed_over and not state.forging and before.get("leaderPod") == pod:
        leader = ""
    else:
        return None
    forging = bool(leader) and state.forging is True
    unknown = bool(leader) and state.forging is None
    reason = ReportReason.FORGING_UNKNOWN.value if unknown else state.why
    message = f"{with_cause(reason, '' if unknown else state.cause)}."
    now = time_text(wall_s)
    main = {"leaderPod": leader, "forgingEnabled": forging}
    conditions = (
        Condition("LeaderElected", "True" if leader else "False", reason, message),
        Condition("Forging", "Unknown" if unknown else str(forging), reason, message),
    )
    return {
        **main,
        "reason": reason,
        "message": message,
        "lastTransitionTime": since(before, main, "lastTransitionTime", now),
        "observedGeneration": metadata_of(document).get("generation") or 0,
        CONDITIONS: condition_list(before, conditions, now),
    }

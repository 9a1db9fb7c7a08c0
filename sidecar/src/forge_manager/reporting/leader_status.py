"""The CardanoLeader's status that ought to stand there; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forge_manager.cluster.changes import metadata_of
from forge_manager.forging.phases import Phase
from forge_manager.reporting.words import ReportReason, in_words

if TYPE_CHECKING:
    from forge_manager.cluster.changes import Document
    from forge_manager.control.status import ForgingState

CONDITIONS = "conditions"


def desired_status(
    state: ForgingState, pod: str, document: Document, wall_s: float
) -> Document | None:
    """Return the whole status that this pod is to write; None when it is another's to write.

    `document`: the object as it stands. `wall_s`: Unix time. A pod that leads says so; one that
    has ceased to and is off takes back only what names itself.
    """
    found = document.get("status")
    before = found if isinstance(found, dict) else {}
    if state.leading:
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
    now = datetime.fromtimestamp(wall_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    main = {"leaderPod": leader, "forgingEnabled": forging}
    same = all(before.get(key) == value for key, value in main.items())
    told = {"reason": reason, "message": f"{in_words(reason)}."}
    conditions = {
        "LeaderElected": "True" if leader else "False",
        "Forging": "Unknown" if unknown else str(forging),
    }
    return {
        **main,
        **told,
        "lastTransitionTime": (same and _text(before, "lastTransitionTime")) or now,
        "observedGeneration": metadata_of(document).get("generation") or 0,
        CONDITIONS: [
            {
                "type": kind,
                "status": status,
                "lastTransitionTime": _since(before, kind, status) or now,
                **told,
            }
            for kind, status in conditions.items()
        ],
    }


def differing(document: Document, wanted: Document) -> set[str]:
    """Return which fields of the object's status are not as wanted."""
    found = document.get("status")
    before = found if isinstance(found, dict) else {}
    return {key for key, value in wanted.items() if before.get(key) != value}


def _since(before: Document, kind: str, status: str) -> str:
    """Return since when a condition has this status, "" when it has not."""
    conditions = before.get(CONDITIONS)
    for condition in conditions if isinstance(conditions, list) else []:
        if isinstance(condition, dict) and condition.get("type") == kind:
            return (
                _text(condition, "lastTransitionTime") if condition.get("status") == status else ""
            )
    return ""


def _text(fields: Document, key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""

"""The status that the CardanoForgeCluster should have; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forge_manager.forging.cluster_permission import ClusterReason
from forge_manager.forging.phases import Phase
from forge_manager.kube.changes import metadata_of, status_of, text_of
from forge_manager.kube.lease_codec import parse_time
from forge_manager.publish.status_fields import (
    CONDITIONS,
    Condition,
    Written,
    condition_list,
    since,
    time_text,
)
from forge_manager.publish.words import ConditionReason, ReportReason, in_words, with_cause

if TYPE_CHECKING:
    from forge_manager.control.status import ForgingState
    from forge_manager.kube.changes import Document
    from forge_manager.multicluster.health import ClusterHealth
    from forge_manager.multicluster.view import ClusterState

#: A probe with the same result as the one before is written at most this often.
_PROBES_WRITTEN_S = 60
_MOST_WORDS = 200
_MICROSECONDS = 1_000_000

#: What `desired_status` returns.
WRITTEN = Written(
    fields=frozenset(
        {
            "effectiveState",
            "effectivePriority",
            "activeLeader",
            "forgingEnabled",
            "reason",
            "message",
            "lastTransition",
            "healthStatus",
            "poolStatus",
            "observedGeneration",
            CONDITIONS,
        }
    ),
    conditions=frozenset({"Exclusive", "Permitted", "Healthy", "Forging"}),
)


@dataclass(frozen=True, slots=True)
class StatusInputs:
    """The inputs of the status. `pool_hex`: derived from the certificate, "" if unknown."""

    forging: ForgingState
    cluster: ClusterState
    pod: str
    pool_hex: str


def desired_status(view: StatusInputs, document: Document, wall_s: float) -> Document | None:
    """Return what this pod must write; None if another pod writes it.

    `document`: the object as it is. `wall_s`: Unix time. The pod that holds the cluster's own Lease
    writes the status; one that no longer holds it and is off removes only its own name.
    """
    state, before = view.forging, status_of(document)
    if not state.local:
        ours = text_of(before, "activeLeader") == view.pod
        if not (ours and state.handed_over and not state.forging):
            return None
        return _taken_back(before, state, wall_s)
    if state.forging is None and state.phase is Phase.ADOPTING:
        return None  # its first scrape is on the way
    now = time_text(wall_s)
    reason = _reason(view)
    main = {
        "effectiveState": view.cluster.effective.state.value,
        "effectivePriority": view.cluster.effective.priority,
        "activeLeader": _leader(view),
        "forgingEnabled": state.forging is True,
    }
    wanted: dict[str, Any] = {
        **main,
        "reason": reason,
        "message": _message(view, reason),
        "lastTransition": since(before, main, "lastTransition", now),
        "healthStatus": _health(view.cluster.health, before),
        CONDITIONS: condition_list(before, _conditions(view, reason), now),
        "observedGeneration": metadata_of(document).get("generation") or 0,
    }
    return wanted | ({"poolStatus": {"idHex": view.pool_hex}} if view.pool_hex else {})


def _taken_back(before: Document, state: ForgingState, wall_s: float) -> Document:
    found = before.get(CONDITIONS)
    words = f"{with_cause(state.why, state.cause)}."
    off = Condition("Forging", "False", state.why, words)
    now = time_text(wall_s)
    kept = [
        one
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and one.get("type") != off.kind
    ]
    return {
        "activeLeader": "",
        "forgingEnabled": False,
        "reason": state.why,
        "message": words,
        "lastTransition": now,
        CONDITIONS: [*kept, *condition_list(before, (off,), now)],
    }


def _leader(view: StatusInputs) -> str:
    """Return which pod forges, as far as can be seen from here: this pod, or `cluster/pod`."""
    state = view.forging
    if state.leading or state.forging:
        return view.pod
    return "/".join(state.hub_holder.split("/")[:2])


def _reason(view: StatusInputs) -> str:
    state, permission = view.forging, view.cluster.permission
    if state.leading and state.forging is None:
        return ReportReason.FORGING_UNKNOWN.value
    if not permission.permitted:
        return permission.why.value
    if not view.cluster.excludes:
        return ReportReason.NOTHING_EXCLUDES_OTHERS.value
    return str(state.why)


def _message(view: StatusInputs, reason: str) -> str:
    effective = view.cluster.effective
    if not effective.overridden:
        return f"{in_words(reason)}."
    why = f": {effective.reason[:_MOST_WORDS]}" if effective.reason else ""
    return f"{in_words(reason)}. An operator's override applies{why}."


def _health(health: ClusterHealth, before: Document) -> Document | None:
    """Return what the probes found, or the present value while it is still accurate.

    None, which removes the field, until they have decided.
    """
    if health.healthy is None or health.probed_s is None:
        return None
    found = before.get("healthStatus")
    if isinstance(found, dict) and found.get("healthy") is health.healthy:
        age_s = health.probed_s - parse_time(found.get("lastProbeTime")) / _MICROSECONDS
        if 0 <= age_s < _PROBES_WRITTEN_S:
            return found
    return {
        "healthy": health.healthy,
        "lastProbeTime": time_text(health.probed_s),
        "consecutiveFailures": health.failures,
        "message": health.message,
        "responseTime": f"{health.response_s or 0:.3f}s",
    }


def _conditions(view: StatusInputs, reason: str) -> tuple[Condition, ...]:
    state, cluster = view.forging, view.cluster
    excludes = ConditionReason.HUB_EXCLUDES_OTHERS
    healthy = {
        True: ConditionReason.HEALTH_CHECK_PASSES,
        False: ConditionReason.HEALTH_CHECK_FAILS,
        None: ConditionReason.HEALTH_UNKNOWN,
    }[cluster.health.healthy]
    unknown = cluster.permission.why is ClusterReason.UNKNOWN
    forging = "Unknown" if state.forging is None else str(state.forging)
    return (
        _condition(
            "Exclusive",
            str(cluster.excludes),
            excludes if cluster.excludes else ReportReason.NOTHING_EXCLUDES_OTHERS,
        ),
        _condition(
            "Permitted",
            "Unknown" if unknown else str(cluster.permission.permitted),
            cluster.permission.why,
        ),
        _condition(
            "Healthy",
            "Unknown" if cluster.health.healthy is None else str(cluster.health.healthy),
            healthy,
        ),
        _condition("Forging", forging, reason),
    )


def _condition(kind: str, status: str, reason: str) -> Condition:
    return Condition(kind, status, str(reason), f"{in_words(reason)}.")

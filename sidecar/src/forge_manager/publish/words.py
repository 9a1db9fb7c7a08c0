"""Each reason code in plain words, for events and the status of the CardanoLeader."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from forge_manager.election.messages import HUB, ElectionReason
from forge_manager.forging.cluster_permission import ClusterReason
from forge_manager.forging.phases import MAY_FORGE, ForgingReason, Obstacle
from forge_manager.kube.own_pod import PodEnd

if TYPE_CHECKING:
    from forge_manager.forging.decision import Transition


class ReportReason(StrEnum):
    """Codes of reports other than transitions; programs may compare these."""

    HAND_OVER_REFUSED = "HandOverRefused"
    HAND_OVER_NOT_TAKEN = "HandOverNotTaken"
    EVENTS_LEFT_OUT = "EventsLeftOut"
    NODE_NOT_UP = "NodeNotUp"
    FORGING_UNKNOWN = "ForgingUnknown"
    CRD_MISSING = "CRDMissing"
    CRD_OUTDATED = "CRDOutdated"
    NOTHING_EXCLUDES_OTHERS = "NothingExcludesOthers"


class ConditionReason(StrEnum):
    """Codes used only in conditions; programs may compare these."""

    HUB_EXCLUDES_OTHERS = "HubExcludesOthers"
    HEALTH_CHECK_PASSES = "HealthCheckPasses"
    HEALTH_CHECK_FAILS = "HealthCheckFails"
    HEALTH_UNKNOWN = "HealthUnknown"


EVENTS: dict[str, str] = {
    ForgingReason.STARTING: "The manager has started",
    ForgingReason.NODE_UP: "The node is up and does not forge",
    ForgingReason.NODE_ENDED: "The node's process has ended",
    ForgingReason.NODE_FOUND_UNPROVEN: "A new manager found a node that may be forging",
    ForgingReason.NODE_ADOPTED: "A new manager took over the forging node",
    ForgingReason.LEASE_ACQUIRED: "The lease is held; switching forging on",
    ForgingReason.FORGING_CONFIRMED: "The node's metric shows that it is forging",
    ForgingReason.FORGING_ASSUMED: "Forging was switched on; no metric confirms it",
    ForgingReason.SWITCH_ON_FAILED: "The node did not start forging in time",
    ForgingReason.FORGING_STOPPED: "The node stopped forging without being switched off",
    ForgingReason.OFF_CONFIRMED: "The node's metric shows that it is not forging",
    ForgingReason.NODE_FOUND_OFF: "A new manager found that the node is not forging",
    ForgingReason.NODE_DID_NOT_GO_OFF: "The node did not stop forging in time, so it is killed",
    ForgingReason.NODE_ENDED_WITHOUT_METRIC: "No metric can show that forging is off, so the node "
    "is stopped",
    ForgingReason.METRIC_MISSING: "The configured forging metric is missing",
    ForgingReason.NODE_DID_NOT_END: "The node did not stop in time, so it is killed",
    ForgingReason.FORGING_WITHOUT_LEASE: "The node forges without a lease, so it is killed",
    ForgingReason.FORGING_SHOWN_AT_START: "The node has reported since its start that it forges, "
    "so it is killed; a cardano-node before 10.3 may report this wrongly: use a newer one",
    ForgingReason.FENCE_NEARLY_PASSED: "The previous manager's permission has almost expired",
    ForgingReason.LEASE_NOT_PROVEN: "The lease is lost or can no longer be proven",
    ForgingReason.NODE_NOT_ACCEPTING: "The node's socket accepts no connections",
    ForgingReason.TERMINATING: "The pod is terminating",
    ForgingReason.HELD_OFF: "An operator holds forging off, or this is not known yet",
    ForgingReason.HANDING_OVER: "An operator named another pod to forge",
    ForgingReason.CLUSTER_YIELDS: "This cluster leaves forging to another, or is disabled",
    ForgingReason.GUARD_SILENT: "No guard is watching the node",
    ForgingReason.CREDENTIALS_MISSING: "There are no checked credentials",
    ForgingReason.CREDENTIALS_CHANGED: "There are newer credentials for the node to load",
    ForgingReason.KES_PERIOD_EXPIRED: "The certificate has expired; others may lead",
    ForgingReason.ACTION_FAILED: "An action failed; the log says which",
    ReportReason.HAND_OVER_REFUSED: "An operator's request for a hand-over was refused",
    ReportReason.HAND_OVER_NOT_TAKEN: "The pod that an operator named did not start forging in "
    "time",
    ReportReason.NODE_NOT_UP: "The node did not come up in time",
    ReportReason.EVENTS_LEFT_OUT: "Some events were left out; the log has all of them",
    ClusterReason.PERMITTED: "This cluster may forge",
    ClusterReason.DISABLED: "An operator has disabled this cluster",
    ClusterReason.UNHEALTHY: "This cluster's health check fails",
    ClusterReason.KEYS_EXPIRED: "This cluster's certificates have expired",
    ClusterReason.WAITING: "This cluster is waiting for a better one",
    ClusterReason.HANDING_BACK: "This cluster hands forging back to a better one",
    ReportReason.NOTHING_EXCLUDES_OTHERS: "Nothing keeps the pool's other clusters from forging",
}

_OTHERS: dict[str, str] = {
    Obstacle.METRIC_UNREADABLE: "The node's metrics cannot be read",
    Obstacle.KES_PERIOD_IN_FUTURE: "The certificate is for a KES period that has not begun",
    Obstacle.HUB_SILENT: "The hub does not answer this pod",
    Obstacle.BACKING_OFF: "Switching forging on failed a moment ago",
    ElectionReason.LEASE_NOT_SEEN: "The Lease has not been read yet",
    ElectionReason.LEASE_HELD: "Another pod holds the lease",
    ElectionReason.LEASE_MISSING: "The Lease is missing",
    ElectionReason.LEASE_REPLACED: "The Lease was replaced",
    ElectionReason.FOREIGN_WRITE: "Another client wrote to the Lease",
    ElectionReason.LEASE_FELL_BACK: "The API server lost its last writes",
    ElectionReason.RENEW_DEADLINE_PASSED: "The lease could not be renewed in time",
    ElectionReason.LEASE_RELEASED: "The lease was released",
    ElectionReason.LEASE_BELONGS_TO_ANOTHER_POOL: "The Lease belongs to another pool",
    ElectionReason.COUNTER_BEHIND: "The certificate's counter is behind the last leader's",
    PodEnd.DELETED: "The pod was deleted",
    PodEnd.GONE: "The pod was deleted by force",
    PodEnd.REPLACED: "The pod was deleted by force, and another pod now has its name",
    ClusterReason.UNKNOWN: "It is not known yet whether this cluster is disabled",
    ConditionReason.HUB_EXCLUDES_OTHERS: "The hub's Lease keeps other clusters from forging",
    ConditionReason.HEALTH_CHECK_PASSES: "The health check says that this cluster is fit to forge",
    ConditionReason.HEALTH_CHECK_FAILS: "The health check says that this cluster is unfit to forge",
    ConditionReason.HEALTH_UNKNOWN: "No health check says whether this cluster is fit to forge",
    ReportReason.FORGING_UNKNOWN: "The lease is held; it is not known whether the node forges",
}

WARNINGS: frozenset[str] = frozenset(
    {
        ForgingReason.SWITCH_ON_FAILED,
        ForgingReason.FORGING_STOPPED,
        ForgingReason.NODE_DID_NOT_GO_OFF,
        ForgingReason.NODE_ENDED_WITHOUT_METRIC,
        ForgingReason.METRIC_MISSING,
        ForgingReason.NODE_DID_NOT_END,
        ForgingReason.FORGING_WITHOUT_LEASE,
        ForgingReason.FORGING_SHOWN_AT_START,
        ForgingReason.FENCE_NEARLY_PASSED,
        ForgingReason.LEASE_NOT_PROVEN,
        ForgingReason.NODE_NOT_ACCEPTING,
        ForgingReason.GUARD_SILENT,
        ForgingReason.CREDENTIALS_MISSING,
        ForgingReason.KES_PERIOD_EXPIRED,
        ForgingReason.ACTION_FAILED,
        ReportReason.HAND_OVER_REFUSED,
        ReportReason.HAND_OVER_NOT_TAKEN,
        ReportReason.EVENTS_LEFT_OUT,
        ReportReason.NODE_NOT_UP,
        ClusterReason.UNHEALTHY,
        ClusterReason.KEYS_EXPIRED,
        ReportReason.NOTHING_EXCLUDES_OTHERS,
    }
)


def in_words(code: str) -> str:
    """Return a sentence for any code, or the code itself if there is none."""
    found = EVENTS.get(code) or _OTHERS.get(code)
    if found is None and code.startswith(HUB):
        found = _OTHERS.get(code.removeprefix(HUB))
        return f"In the hub: {found[0].lower()}{found[1:]}" if found else code
    return found or code


def with_cause(code: str, cause: str) -> str:
    """Return the sentence for a code and for its cause; `cause` is "" if there is none."""
    if not cause:
        return in_words(code)
    words = in_words(cause)
    if words == cause:  # no code: a version
        return f"{in_words(code)} (this one is {cause})"
    return f"{in_words(code)}: {words[0].lower()}{words[1:]}"


def is_bad(change: Transition) -> bool:
    """Tell whether a person should look: a stopped node is bad only if it may have forged."""
    if change.reason is ForgingReason.NODE_ENDED:
        return change.source in MAY_FORGE
    return change.reason in WARNINGS

"""Each reason code in plain words, for events and the CardanoLeader's status."""

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
    """Codes of what is told beside the transitions; programs may compare these."""

    HAND_OVER_REFUSED = "HandOverRefused"
    HAND_OVER_NOT_TAKEN = "HandOverNotTaken"
    EVENTS_LEFT_OUT = "EventsLeftOut"
    NODE_NOT_UP = "NodeNotUp"
    FORGING_UNKNOWN = "ForgingUnknown"
    CRD_MISSING = "CRDMissing"
    CRD_OUTDATED = "CRDOutdated"
    NOTHING_EXCLUDES_OTHERS = "NothingExcludesOthers"


class ConditionReason(StrEnum):
    """Codes that only a condition has; programs may compare these."""

    HUB_EXCLUDES_OTHERS = "HubExcludesOthers"
    HEALTH_CHECK_PASSES = "HealthCheckPasses"
    HEALTH_CHECK_FAILS = "HealthCheckFails"
    HEALTH_UNKNOWN = "HealthUnknown"


EVENTS: dict[str, str] = {
    ForgingReason.STARTING: "The manager has started",
    ForgingReason.NODE_UP: "The node is up and does not forge",
    ForgingReason.NODE_ENDED: "The node's process has ended",
    ForgingReason.NODE_FOUND_UNPROVEN: "A new manager found a node that may forge",
    ForgingReason.NODE_ADOPTED: "A new manager goes on with the node that forges",
    ForgingReason.LEASE_ACQUIRED: "The lease is held; forging is switched on",
    ForgingReason.FORGING_CONFIRMED: "The node's metric shows that it forges",
    ForgingReason.FORGING_ASSUMED: "Forging was switched on; no metric shows it",
    ForgingReason.SWITCH_ON_FAILED: "The node did not begin to forge in time",
    ForgingReason.FORGING_STOPPED: "The node stopped forging, though nobody switched it off",
    ForgingReason.OFF_CONFIRMED: "The node's metric shows that it does not forge",
    ForgingReason.NODE_FOUND_OFF: "The node that a new manager found does not forge",
    ForgingReason.NODE_DID_NOT_GO_OFF: "The node did not stop forging in time and is killed",
    ForgingReason.NODE_ENDED_WITHOUT_METRIC: "No metric can show the node to be off; it is ended",
    ForgingReason.METRIC_MISSING: "The forging metric that is named does not appear",
    ForgingReason.NODE_DID_NOT_END: "The node did not end in time and is killed",
    ForgingReason.FORGING_WITHOUT_LEASE: "The node forges without a lease and is killed",
    ForgingReason.FORGING_SHOWN_AT_START: "The node has said since its start that it forges and is "
    "killed; a cardano-node before 10.3 may say so wrongly, use a newer one",
    ForgingReason.FENCE_NEARLY_PASSED: "The permission of the manager before is nearly over",
    ForgingReason.LEASE_NOT_PROVEN: "The lease is lost, or can no longer be proven",
    ForgingReason.NODE_NOT_ACCEPTING: "The node's socket accepts no connections",
    ForgingReason.TERMINATING: "The pod is ending",
    ForgingReason.HELD_OFF: "An operator holds forging off, or nobody could say yet",
    ForgingReason.HANDING_OVER: "An operator named another pod to forge",
    ForgingReason.CLUSTER_YIELDS: "This cluster leaves forging to another one, or is disabled",
    ForgingReason.GUARD_SILENT: "No guard watches over the node",
    ForgingReason.CREDENTIALS_MISSING: "There are no checked credentials",
    ForgingReason.CREDENTIALS_CHANGED: "There are newer credentials; the node is to take them",
    ForgingReason.KES_PERIOD_EXPIRED: "The certificate has expired; others may lead",
    ForgingReason.ACTION_FAILED: "An action could not be carried out; the log has which",
    ReportReason.HAND_OVER_REFUSED: "A hand-over that an operator asked for was refused",
    ReportReason.HAND_OVER_NOT_TAKEN: "The pod that an operator named did not forge in time",
    ReportReason.NODE_NOT_UP: "The node is not up in the time that it is given",
    ReportReason.EVENTS_LEFT_OUT: "There were more events than are sent; the log has all",
    ClusterReason.PERMITTED: "This cluster may forge",
    ClusterReason.DISABLED: "A person has disabled this cluster",
    ClusterReason.UNHEALTHY: "This cluster's health check fails",
    ClusterReason.KEYS_EXPIRED: "This cluster's certificates have expired",
    ClusterReason.WAITING: "This cluster waits for a better one",
    ClusterReason.HANDING_BACK: "This cluster hands forging back to a better one",
    ReportReason.NOTHING_EXCLUDES_OTHERS: "Nothing keeps the pool's other clusters from forging",
}

_OTHERS: dict[str, str] = {
    Obstacle.METRIC_UNREADABLE: "The node's metrics cannot be read",
    Obstacle.KES_PERIOD_IN_FUTURE: "The certificate is for a KES period that has not begun",
    Obstacle.HUB_SILENT: "This pod hears nothing of the hub",
    Obstacle.BACKING_OFF: "Switching forging on failed a moment ago",
    ElectionReason.LEASE_NOT_SEEN: "The Lease has not been read yet",
    ElectionReason.LEASE_HELD: "Another pod holds the lease",
    ElectionReason.LEASE_MISSING: "The Lease is missing",
    ElectionReason.LEASE_REPLACED: "The Lease was replaced",
    ElectionReason.FOREIGN_WRITE: "Somebody else wrote the Lease",
    ElectionReason.LEASE_FELL_BACK: "The API server lost its last writes",
    ElectionReason.RENEW_DEADLINE_PASSED: "The lease could not be renewed in time",
    ElectionReason.LEASE_RELEASED: "The lease was released",
    ElectionReason.LEASE_BELONGS_TO_ANOTHER_POOL: "The Lease belongs to another pool",
    ElectionReason.COUNTER_BEHIND: "The certificate's counter is behind that of the last leader",
    PodEnd.DELETED: "The pod was deleted",
    PodEnd.GONE: "The pod was deleted by force",
    PodEnd.REPLACED: "The pod was deleted by force, and another has its name",
    ClusterReason.UNKNOWN: "Nobody could say yet whether this cluster is disabled",
    ConditionReason.HUB_EXCLUDES_OTHERS: "The hub's Lease keeps other clusters from forging",
    ConditionReason.HEALTH_CHECK_PASSES: "The health check says that this cluster is fit to forge",
    ConditionReason.HEALTH_CHECK_FAILS: "The health check says that this cluster is unfit to forge",
    ConditionReason.HEALTH_UNKNOWN: "No health check says whether this cluster is fit to forge",
    ReportReason.FORGING_UNKNOWN: "The lease is held; whether the node forges is not known",
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
    """Return a sentence for any code, the code itself when there is none."""
    found = EVENTS.get(code) or _OTHERS.get(code)
    if found is None and code.startswith(HUB):
        found = _OTHERS.get(code.removeprefix(HUB))
        return f"In the hub: {found[0].lower()}{found[1:]}" if found else code
    return found or code


def with_cause(code: str, cause: str) -> str:
    """Return the sentence of a code, and what is behind it; "" for nothing more."""
    if not cause:
        return in_words(code)
    words = in_words(cause)
    if words == cause:  # no code: a version
        return f"{in_words(code)} (it is {cause})"
    return f"{in_words(code)}: {words[0].lower()}{words[1:]}"


def is_bad(change: Transition) -> bool:
    """Tell whether a person should look: a node that ends is bad where it may have forged."""
    if change.reason is ForgingReason.NODE_ENDED:
        return change.source in MAY_FORGE
    return change.reason in WARNINGS

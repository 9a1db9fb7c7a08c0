"""The machine's phases, and the stable codes for why it changes from one to another."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """What this pod's node is, as far as that is known."""

    NO_NODE = "NoNode"  # no process that could forge; keys are ready for its start
    STANDBY = "Standby"  # a node that is known to be off
    SWITCHING_ON = "SwitchingOn"
    FORGING = "Forging"
    SWITCHING_OFF = "SwitchingOff"
    ENDING = "Ending"  # told to stop (SIGTERM), because no metric shows that forging is off
    KILLING = "Killing"
    ADOPTING = "Adopting"  # found by a new manager; may be forging under the last one's fence


#: Phases in which the node forges, may, or is about to.
MAY_FORGE = (Phase.SWITCHING_ON, Phase.FORGING, Phase.ADOPTING)


class ForgingReason(StrEnum):
    """Why a transition happened; programs may compare these."""

    STARTING = "Starting"
    NODE_UP = "NodeUp"
    NODE_ENDED = "NodeEnded"
    NODE_FOUND_UNPROVEN = "NodeFoundUnproven"
    NODE_ADOPTED = "NodeAdopted"
    LEASE_ACQUIRED = "LeaseAcquired"
    FORGING_CONFIRMED = "ForgingConfirmed"
    FORGING_ASSUMED = "ForgingAssumed"
    SWITCH_ON_FAILED = "SwitchOnFailed"
    FORGING_STOPPED = "ForgingStopped"
    OFF_CONFIRMED = "OffConfirmed"
    NODE_FOUND_OFF = "NodeFoundOff"
    NODE_DID_NOT_GO_OFF = "NodeDidNotGoOff"
    NODE_ENDED_WITHOUT_METRIC = "NodeEndedWithoutMetric"
    METRIC_MISSING = "MetricMissing"
    NODE_DID_NOT_END = "NodeDidNotEnd"
    FORGING_WITHOUT_LEASE = "ForgingWithoutLease"
    FORGING_SHOWN_AT_START = "ForgingShownAtStart"
    FENCE_NEARLY_PASSED = "FenceNearlyPassed"
    LEASE_NOT_PROVEN = "LeaseNotProven"
    NODE_NOT_ACCEPTING = "NodeNotAccepting"
    TERMINATING = "Terminating"
    HELD_OFF = "HeldOff"
    HANDING_OVER = "HandingOver"
    CLUSTER_YIELDS = "ClusterYields"
    GUARD_SILENT = "GuardSilent"
    CREDENTIALS_MISSING = "CredentialsMissing"
    CREDENTIALS_CHANGED = "CredentialsChanged"
    KES_PERIOD_EXPIRED = "KesPeriodExpired"
    ACTION_FAILED = "ActionFailed"


class Obstacle(StrEnum):
    """Why a standby does not campaign; programs may compare these.

    COUNTER_BEHIND also says why a leader keeps the set it has.
    """

    NODE_NOT_ACCEPTING = "NodeNotAccepting"
    METRIC_UNREADABLE = "MetricUnreadable"
    METRIC_MISSING = "MetricMissing"
    BACKING_OFF = "BackingOff"
    TERMINATING = "Terminating"
    HELD_OFF = "HeldOff"
    HANDING_OVER = "HandingOver"
    GUARD_SILENT = "GuardSilent"
    CREDENTIALS_MISSING = "CredentialsMissing"
    COUNTER_BEHIND = "CounterBehind"
    HUB_SILENT = "HubSilent"
    KES_PERIOD_IN_FUTURE = "KesPeriodInFuture"
    KES_PERIOD_EXPIRED = "KesPeriodExpired"

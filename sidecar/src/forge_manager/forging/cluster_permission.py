"""Where this cluster stands among those of its pool: what the state machine is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClusterReason(StrEnum):
    """Why this cluster may forge or not; programs may compare these."""

    PERMITTED = "ClusterPermitted"
    UNKNOWN = "ClusterStateUnknown"  # nothing has said yet whether a person forbids it
    DISABLED = "ClusterDisabled"
    UNHEALTHY = "ClusterUnhealthy"
    KEYS_EXPIRED = "ClusterKeysExpired"
    WAITING = "WaitingForPriority"
    HANDING_BACK = "HandingBack"


@dataclass(frozen=True, slots=True)
class ClusterPermission:
    """Whether a node of this cluster may forge, should it come to hold all leases.

    It decides who waits, and is no part of what excludes two forgers.
    `successor`: the cluster for which the hub's Lease is released, "" for whoever comes first.
    """

    permitted: bool = True
    why: ClusterReason = ClusterReason.PERMITTED
    successor: str = ""

    @property
    def forbids(self) -> bool:
        """Whether a node that forges is to stop; not for what is merely not known yet."""
        return not self.permitted and self.why is not ClusterReason.UNKNOWN


#: Of a pool in one cluster.
PERMITTED = ClusterPermission()

"""Where this cluster stands among those of its pool, as the state machine is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClusterReason(StrEnum):
    """Why this cluster may forge or not; programs may compare these."""

    PERMITTED = "ClusterPermitted"
    UNKNOWN = "ClusterStateUnknown"  # not known yet whether a person forbids it
    DISABLED = "ClusterDisabled"
    UNHEALTHY = "ClusterUnhealthy"
    KEYS_EXPIRED = "ClusterKeysExpired"
    WAITING = "WaitingForPriority"
    HANDING_BACK = "HandingBack"


@dataclass(frozen=True, slots=True)
class ClusterPermission:
    """Whether a node of this cluster may forge once it holds all leases.

    It decides which cluster waits, and plays no part in excluding two forgers. `successor`: the
    cluster for which the hub's Lease is released, "" for the first to come.
    """

    permitted: bool = True
    why: ClusterReason = ClusterReason.PERMITTED
    successor: str = ""

    @property
    def forbids(self) -> bool:
        """Whether a forging node must stop; not while the answer is merely unknown yet."""
        return not self.permitted and self.why is not ClusterReason.UNKNOWN


#: For a pool in one cluster.
PERMITTED = ClusterPermission()

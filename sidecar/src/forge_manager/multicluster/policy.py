"""Which cluster waits for which: by priority and health, with patience. Pure, never in charge.

The hub's Lease excludes two forgers. This decides only which cluster asks for it and which gives it
up, so a mistake here, or a neighbour that lies, costs time but never lets two forge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.election.record import cluster_of
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.settings.cluster_spec import ForgeState

if TYPE_CHECKING:
    from forge_manager.election.messages import LeaseView
    from forge_manager.multicluster.membership import Member

#: A cluster that did not take what was handed back is trusted again after up to this many times as
#: long.
_MOST_PATIENCE = 16


@dataclass(frozen=True, slots=True)
class LocalCluster:
    """This cluster as it is now. `priority`: 1 to 999, the lower number comes first.

    `last_resort`: its leader's keys have expired, and none of its other pods took the lead.
    """

    name: str
    state: ForgeState
    priority: int
    healthy: bool
    last_resort: bool = False

    @property
    def trouble(self) -> ClusterReason | None:
        """Why any other healthy cluster should forge instead."""
        if self.last_resort:
            return ClusterReason.KEYS_EXPIRED
        sick = self.state is ForgeState.PRIORITY_BASED and not self.healthy
        return ClusterReason.UNHEALTHY if sick else None


@dataclass(frozen=True, slots=True)
class WaitTimes:
    """`takeover_ns`: how long the better clusters must be absent before this one takes over.

    `hand_back_ns`: how long a better one must have been well before forging is handed back to it.
    """

    takeover_ns: int
    hand_back_ns: int


class Policy:
    """Remembers what it handed back, to which cluster, and since when the hub's Lease was free."""

    def __init__(self, wait_times: WaitTimes) -> None:
        self._wait_times = wait_times
        self._free_since_ns: int | None = None
        self._ours_since_ns: int | None = None
        self._handed_to = ""
        self._let_go = False  # the Lease was released for that cluster
        self._factor = 1
        self._trust_at_ns = 0

    def decide(
        self, now_ns: int, own: LocalCluster, others: tuple[Member, ...] | None, hub: LeaseView
    ) -> ClusterPermission:
        """Return where this cluster stands. `others`: None until the board was seen.

        `now_ns`: CLOCK_BOOTTIME, like the times of `others`.
        """
        self._watch_lease(now_ns, hub)
        well = [one for one in others or () if one.is_well(now_ns, self._wait_times.takeover_ns)]
        if own.state is ForgeState.DISABLED:
            return _yields(ClusterReason.DISABLED, well)
        if hub.ours:
            return self._holding(now_ns, own, well)
        if others is not None and not self._must_wait(now_ns, own, others):
            return ClusterPermission(successor=own.name)
        if hub.passed_to == own.name or self._lay_free(now_ns):
            return ClusterPermission(successor=own.name)
        why = own.trouble or ClusterReason.WAITING
        return ClusterPermission(permitted=False, why=why, successor=own.name)

    def _holding(self, now_ns: int, own: LocalCluster, well: list[Member]) -> ClusterPermission:
        """Give the Lease up for a better cluster; a cluster alone continues whatever its health.

        An entry from before this pod took the Lease may be why it was passed here: two clusters
        that each believe an old entry of the other would pass it back and forth.
        """
        well = [one for one in well if one.changed_ns >= (self._ours_since_ns or now_ns)]
        if own.trouble and well:
            return _yields(own.trouble, well)
        steady = [one for one in well if one.ranks_before(own.priority, own.name)]
        steady = [one for one in steady if self._is_steady(now_ns, one)]
        if steady:
            self._handed_to, self._let_go = steady[0].name, False
            return _yields(ClusterReason.HANDING_BACK, steady)
        self._handed_to = ""
        return ClusterPermission(successor=own.name)

    def _must_wait(self, now_ns: int, own: LocalCluster, others: tuple[Member, ...]) -> bool:
        """Tell whether a better cluster, or any if this one is in trouble, was well just now."""
        return any(
            one.last_well_ns is not None
            and now_ns - one.last_well_ns < self._wait_times.takeover_ns
            and (own.trouble or one.ranks_before(own.priority, own.name))
            for one in others
        )

    def _watch_lease(self, now_ns: int, hub: LeaseView) -> None:
        if not hub.ours:
            self._ours_since_ns = None
        elif self._ours_since_ns is None:
            self._ours_since_ns = now_ns
        if hub.ours or hub.obstacle is not None:
            self._free_since_ns = None
        elif self._free_since_ns is None:
            self._free_since_ns = now_ns
        if not self._handed_to:
            return
        if cluster_of(hub.holder) == self._handed_to:  # taken
            self._handed_to, self._factor = "", 1
        elif not hub.ours:
            self._let_go = True
        elif self._let_go:  # no cluster took it, and it came back here
            self._handed_to = ""
            self._factor = min(2 * self._factor, _MOST_PATIENCE)
            self._trust_at_ns = now_ns + self._factor * self._wait_times.hand_back_ns

    def _is_steady(self, now_ns: int, one: Member) -> bool:
        since_ns = one.well_since_ns
        steady = since_ns is not None and now_ns - since_ns >= self._wait_times.hand_back_ns
        return steady and now_ns >= self._trust_at_ns

    def _lay_free(self, now_ns: int) -> bool:
        """Tell whether the hub's Lease has been free for as long as an absence is waited for."""
        since_ns = self._free_since_ns
        return since_ns is not None and now_ns - since_ns >= self._wait_times.takeover_ns


def _yields(why: ClusterReason, to: list[Member]) -> ClusterPermission:
    return ClusterPermission(permitted=False, why=why, successor=to[0].name if to else "")

"""What is known of this cluster and its neighbours: watches report it, control's loop asks."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.moment import SECOND
from forge_manager.forging.cluster_permission import PERMITTED, ClusterPermission, ClusterReason
from forge_manager.kube.changes import Presence, metadata_of
from forge_manager.multicluster.health import UNKNOWN, health_in
from forge_manager.multicluster.membership import Membership
from forge_manager.multicluster.policy import LocalCluster, Policy, WaitTimes
from forge_manager.multicluster.spec import effective, spec_from
from forge_manager.settings.cluster_spec import ForgeState

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import LeaseView
    from forge_manager.kube.changes import Change
    from forge_manager.multicluster.health import ClusterHealth
    from forge_manager.multicluster.spec import Effective
    from forge_manager.settings.cluster import ClusterSettings, HubSettings
    from forge_manager.settings.cluster_spec import ClusterSpec

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClusterState:
    """One moment of it. `excludes`: a hub's Lease keeps other clusters from forging."""

    effective: Effective
    permission: ClusterPermission
    excludes: bool
    health: ClusterHealth


class ClusterView:
    """Thread-safe; nothing in it waits for anything."""

    def __init__(
        self, cluster: ClusterSettings, hub: HubSettings, *, health: Callable[[], ClusterHealth]
    ) -> None:
        """`health`: what this pod's own probes found."""
        self._settings = cluster
        self._probed = health
        self._lock = threading.Lock()
        self._spec = cluster.spec
        self._known = not cluster.resource
        self._former = UNKNOWN
        self._membership = Membership(hub.takeover_s * SECOND)
        self._members_seen = False
        self._policy = Policy(WaitTimes(hub.takeover_s * SECOND, hub.hand_back_s * SECOND))
        self._why: ClusterReason | None = None

    @property
    def spec(self) -> ClusterSpec:
        """What is configured."""
        return self._spec

    @property
    def former(self) -> ClusterHealth:
        """What the pod that asked before this one left."""
        return self._former

    @property
    def health(self) -> ClusterHealth:
        """What is known; until this pod's own probes have a result, what was known before."""
        probed = self._probed()
        return self._former if probed == UNKNOWN and self._spec.health.asks else probed

    def resource_changed(self, change: Change) -> None:
        """Take the CardanoForgeCluster as it is now; without one, the settings apply."""
        present = change.presence is Presence.PRESENT
        self._spec = (
            spec_from(change.document, self._settings.spec) if present else self._settings.spec
        )
        self._former = health_in(change.document) if present else UNKNOWN
        self._known = True

    def resource_refused(self, _status: int) -> None:
        """Take an error answer: there is no object that could say anything."""
        self._known = True

    def members_changed(self, now: Moment, change: Change) -> None:
        """Take the board as it is now."""
        found = metadata_of(change.document).get("annotations")
        present = change.presence is Presence.PRESENT and isinstance(found, dict)
        texts = {k: v for k, v in found.items() if isinstance(v, str)} if present and found else {}
        with self._lock:
            self._membership.changed(now.boot_ns, texts)
            self._members_seen = True

    def state(
        self, now: Moment, hub: LeaseView | None, *, last_resort: bool = False
    ) -> ClusterState:
        """Return where this cluster stands. `hub`: None if there is none.

        `last_resort`: as in policy.LocalCluster.
        """
        found = effective(self._spec, now.wall_ns / SECOND)
        health = self.health
        own = LocalCluster(
            self._settings.identifier,
            found.state,
            found.priority,
            healthy=health.healthy is not False,
            last_resort=last_resort,
        )
        permission = self._permission(now, own, hub)
        # An expired proof that is waived says nothing about the others.
        excludes = hub is not None and (hub.proven(now) or not hub.waived)
        if permission.why is not self._why:
            self._why = permission.why
            _log.info(
                "cluster",
                extra=logs.fields(
                    reason=permission.why.value,
                    state=found.state.value,
                    priority=found.priority,
                    successor=permission.successor,
                ),
            )
        return ClusterState(found, permission, excludes, health)

    def _permission(
        self, now: Moment, own: LocalCluster, hub: LeaseView | None
    ) -> ClusterPermission:
        if not self._known and own.state is not ForgeState.DISABLED:
            return ClusterPermission(permitted=False, why=ClusterReason.UNKNOWN, successor=own.name)
        if hub is None:
            disabled = own.state is ForgeState.DISABLED
            return (
                ClusterPermission(permitted=False, why=ClusterReason.DISABLED)
                if disabled
                else PERMITTED
            )
        with self._lock:
            others = self._membership.others(own.name) if self._members_seen else None
            return self._policy.decide(now.boot_ns, own, others, hub)

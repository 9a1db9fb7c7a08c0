"""What is known of this cluster and its neighbours, told by watches and asked by control's loop."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from forge_manager import logs
from forge_manager.cluster.changes import Presence, metadata_of
from forge_manager.clusters.board import Board
from forge_manager.clusters.forge_cluster_status import health_in
from forge_manager.clusters.health import UNKNOWN
from forge_manager.clusters.policy import Own, Patience, Policy
from forge_manager.clusters.spec import ForgeState, effective, spec_from
from forge_manager.clusters.stand import PERMITTED, ClusterReason, Stand
from forge_manager.clusters.state import ClusterState
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.cluster.changes import Change
    from forge_manager.cluster_settings import ClusterSettings, HubSettings
    from forge_manager.clusters.health import Health
    from forge_manager.clusters.spec import ClusterSpec
    from forge_manager.election.messages import LeaseView
    from forge_manager.moment import Moment

_log = logging.getLogger(__name__)


class ClusterView:
    """Thread-safe; nothing in it waits for anything."""

    def __init__(
        self, cluster: ClusterSettings, hub: HubSettings, *, health: Callable[[], Health]
    ) -> None:
        """`health`: what this pod's own probes found."""
        self._settings = cluster
        self._probed = health
        self._lock = threading.Lock()
        self._spec = cluster.spec
        self._known = not cluster.resource
        self._former = UNKNOWN
        self._board = Board(hub.takeover_s * SECOND)
        self._board_seen = False
        self._policy = Policy(Patience(hub.takeover_s * SECOND, hub.hand_back_s * SECOND))
        self._why: ClusterReason | None = None

    @property
    def spec(self) -> ClusterSpec:
        """What is configured."""
        return self._spec

    @property
    def former(self) -> Health:
        """What the pod that asked before this one left."""
        return self._former

    @property
    def health(self) -> Health:
        """What is known; before the own probes know something, what was known before."""
        probed = self._probed()
        return self._former if probed == UNKNOWN and self._spec.health.asks else probed

    def resource_changed(self, change: Change) -> None:
        """Take the CardanoForgeCluster as it is now; where there is none, the settings count."""
        present = change.presence is Presence.PRESENT
        self._spec = (
            spec_from(change.document, self._settings.spec) if present else self._settings.spec
        )
        self._former = health_in(change.document) if present else UNKNOWN
        self._known = True

    def resource_refused(self, _status: int) -> None:
        """Take an answer that is an error: there is nothing that could say more."""
        self._known = True

    def board_changed(self, now: Moment, change: Change) -> None:
        """Take the board as it is now."""
        found = metadata_of(change.document).get("annotations")
        present = change.presence is Presence.PRESENT and isinstance(found, dict)
        texts = {k: v for k, v in found.items() if isinstance(v, str)} if present and found else {}
        with self._lock:
            self._board.changed(now.boot_ns, texts)
            self._board_seen = True

    def state(
        self, now: Moment, hub: LeaseView | None, *, last_resort: bool = False
    ) -> ClusterState:
        """Return where this cluster stands. `hub`: None where there is none.

        `last_resort`: as in policy.Own.
        """
        found = effective(self._spec, now.wall_ns / SECOND)
        health = self.health
        own = Own(
            self._settings.identifier,
            found.state,
            found.priority,
            healthy=health.healthy is not False,
            last_resort=last_resort,
        )
        stand = self._stand(now, own, hub)
        # A proof that is over and waived says nothing of the others.
        excludes = hub is not None and (hub.proven(now) or not hub.waived)
        if stand.why is not self._why:
            self._why = stand.why
            _log.info(
                "cluster",
                extra=logs.fields(
                    reason=stand.why.value,
                    state=found.state.value,
                    priority=found.priority,
                    successor=stand.successor,
                ),
            )
        return ClusterState(found, stand, excludes, health)

    def _stand(self, now: Moment, own: Own, hub: LeaseView | None) -> Stand:
        if not self._known and own.state is not ForgeState.DISABLED:
            return Stand(permitted=False, why=ClusterReason.UNKNOWN, successor=own.name)
        if hub is None:
            disabled = own.state is ForgeState.DISABLED
            return Stand(permitted=False, why=ClusterReason.DISABLED) if disabled else PERMITTED
        with self._lock:
            others = self._board.others(own.name) if self._board_seen else None
            return self._policy.decide(now.boot_ns, own, others, hub)

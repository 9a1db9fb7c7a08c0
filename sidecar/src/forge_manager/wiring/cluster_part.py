"""Assemble what a cluster knows about the pool's others and tells them, each in a thread."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from forge_manager.base.thread_health import health_of
from forge_manager.base.worker import Worker
from forge_manager.credentials import pool_id
from forge_manager.forging.cluster_permission import ClusterReason
from forge_manager.kube.api_client import ApiClient
from forge_manager.kube.resources import Collection, leases
from forge_manager.kube.troubles import Troubles
from forge_manager.kube.watching import ObjectWatch
from forge_manager.multicluster.health import HealthMonitor
from forge_manager.multicluster.member_reporter import MemberReporter, own_status
from forge_manager.multicluster.probe import Prober
from forge_manager.multicluster.view import ClusterView
from forge_manager.publish.forge_cluster_status import WRITTEN, StatusInputs, desired_status
from forge_manager.publish.served_schema import SchemaCheck
from forge_manager.publish.status_writer import UPDATE_CRDS, StatusWriter
from forge_manager.publish.words import ReportReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from forge_manager.base.moment import Moment
    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.kube.changes import Change, Document
    from forge_manager.kube.connection import Sender
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.multicluster.view import ClusterState
    from forge_manager.settings.manager import Settings

#: Others count a cluster as absent after their takeoverSeconds; until then it reports this often.
_PRESENCE_S = 5.0
_SOON = 3


class Multicluster:
    """This cluster among those of its pool. It answers forging control at once."""

    def __init__(
        self,
        settings: Settings,
        connection: Sender,
        hub: Sender | None,
        status: ForgingStatus,
        telemetry: Telemetry,
        *,
        clocks: Callable[[], Moment],
        say: Callable[[StrEnum, str, str], None],
    ) -> None:
        """Take connections to this cluster and to the hub, None if there is none.

        `say`: takes a report for operators: a code, a detail and an action.
        """
        self._settings = settings
        self._status = status
        self._telemetry = telemetry
        self._state = telemetry.cluster
        self._clocks = clocks
        self._say = say
        self._told: StrEnum | None = None
        self._pod = settings.pod.name or socket.gethostname()
        self._workers: list[Worker] = []
        self._watches: list[ObjectWatch] = []
        self._monitor = self._make_monitor()
        self._view = ClusterView(
            settings.cluster, settings.hub, health=lambda: self._monitor.health
        )
        if settings.cluster.resource:
            self._watch_resource(connection)
        if hub is not None:
            self._meet(hub)

    def permission(
        self,
        now: Moment,
        hub: LeaseView | None,
        last_resort: bool,  # noqa: FBT001 (as in policy.LocalCluster)
    ) -> ClusterPermission:
        """Return where this cluster stands; called by control in every round."""
        state = self._view.state(now, hub, last_resort=last_resort)
        self._state.publish(state)
        self._tell(state)
        return state.permission

    def start(self) -> None:
        """Begin."""
        self._status.observe(self._poke)
        self._state.observe(self._poke)
        for worker in self._workers:
            worker.start()
        for watch in self._watches:
            watch.start()

    def health(self) -> Ailments:
        """Return which of its threads have ended."""
        return health_of(self._workers) + health_of(self._watches)

    def stop(self) -> None:
        """End."""
        for watch in self._watches:
            watch.stop()
        for worker in self._workers:
            worker.stop()

    def _poke(self) -> None:
        for worker in self._workers:
            worker.poke()

    def _tell(self, state: ClusterState) -> None:
        """Tell operators of a change, if this pod speaks for its cluster."""
        if not self._status.state.local or state.permission.why is ClusterReason.UNKNOWN:
            return
        code: StrEnum = state.permission.why
        if state.permission.permitted and not state.excludes:
            code = ReportReason.NOTHING_EXCLUDES_OTHERS
        if code is not self._told:
            self._told = code
            found = state.effective
            detail = f"{self._settings.cluster.identifier}, {found.state.value}, priority "
            self._say(code, f"{detail}{found.priority}", "Cluster")

    def _resource_status(self, document: Document, wall_s: float) -> Document | None:
        """Return the status that this pod would write to its own cluster's resource.

        None if another pod writes it, or nothing is known yet.
        """
        state = self._state.state
        if state is None:
            return None
        found = pool_id.parse(self._telemetry.sets.pool_id)
        hexed = found.hex() if found else ""
        view = StatusInputs(self._status.state, state, self._pod, hexed)
        return desired_status(view, document, wall_s)

    def _make_monitor(self) -> HealthMonitor:
        cluster = self._settings.cluster
        prober = Prober(cluster.health, cluster.spec.health.endpoint)
        monitor = HealthMonitor(
            check=lambda: self._view.spec.health,
            local=lambda: self._status.state.local,
            former=lambda: self._view.former,
            ask=prober.ask,
            clock=time.monotonic,
            wall=time.time,
            news=self._poke,
        )
        self._workers.append(Worker("cluster-health", monitor.turn))
        return monitor

    def _watch_resource(self, connection: Sender) -> None:
        settings, leader = self._settings, self._settings.leader
        collection = Collection(
            leader.crd_group, leader.crd_version, settings.cluster.plural, settings.pod.namespace
        )
        below, name = collection._replace(subresource="status"), settings.cluster.resource
        advice = {404: (ReportReason.CRD_MISSING.value, UPDATE_CRDS)}
        count = self._telemetry.requests.counter
        troubles = Troubles(f"{collection.plural} {name}", advice)
        writer = StatusWriter(
            ApiClient(connection, below, count=count(below.resource)),
            below,
            name,
            desired=self._resource_status,
            troubles=troubles,
            clock=time.monotonic,
            wall=time.time,
        )
        self._workers.append(Worker("cluster-status", writer.turn))
        check = SchemaCheck(
            connection, collection, WRITTEN, troubles=troubles, count=count("openapi")
        )
        self._workers.append(Worker("cluster-schema", check.turn))

        def changed(change: Change) -> None:
            self._view.resource_changed(change)
            writer.changed(change)
            self._poke()

        self._watches.append(
            ObjectWatch(
                connection,
                collection,
                name,
                changed,
                count=count(collection.resource),
                on_refused=self._view.resource_refused,
                advice=advice,
            )
        )

    def _meet(self, hub: Sender) -> None:
        settings = self._settings
        collection, board = leases(settings.hub.namespace), f"{settings.hub.lease_name}-clusters"
        count = self._telemetry.requests.counter(f"hub/{collection.resource}")
        reporter = MemberReporter(
            ApiClient(hub, collection, count=count),
            collection,
            board,
            cluster=settings.cluster.identifier,
            said=lambda: own_status(self._state.state, self._status.state, self._pod),
            every_s=min(_PRESENCE_S, settings.hub.takeover_s / _SOON),
            troubles=Troubles(f"board {board} in the hub"),
            clock=time.monotonic,
            wall=time.time,
        )
        self._workers.append(Worker("cluster-membership", reporter.turn))

        def changed(change: Change) -> None:
            self._view.members_changed(self._clocks(), change)

        self._watches.append(ObjectWatch(hub, collection, board, changed, count=count))

"""Start forging control: with the cluster's Lease and a hub's, or alone without a cluster."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from typing import TYPE_CHECKING, NamedTuple, Protocol

from forge_manager.base.clocks import read_clocks
from forge_manager.base.thread_health import health_of
from forge_manager.control.candidacy import Candidacy
from forge_manager.election.elector import Elector
from forge_manager.election.record import hub_identity_of, identity_of
from forge_manager.election.withdrawal import Withdrawal
from forge_manager.fence.tenures import NONE_HELD
from forge_manager.forging.cluster_permission import PERMITTED
from forge_manager.forging.situation import OperatorInput
from forge_manager.kube.connection import KUBECONFIG, connect
from forge_manager.kube.late_connection import LateConnection
from forge_manager.kube.lease_client import LeaseClient
from forge_manager.kube.lease_codec import observation_of
from forge_manager.kube.own_pod import OwnPod
from forge_manager.kube.resources import leases, pods
from forge_manager.kube.watching import ObjectWatch, Times
from forge_manager.wiring.cluster_part import Multicluster
from forge_manager.wiring.operators import Operators
from forge_manager.wiring.pod import assemble

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.loop import ControlLoop
    from forge_manager.control.status import ForgingStatus
    from forge_manager.election.messages import LeaseView
    from forge_manager.fence.protocol import Fence
    from forge_manager.forging.cluster_permission import ClusterPermission
    from forge_manager.gate.slot_clock_reader import SlotClockReader
    from forge_manager.kube.changes import Change
    from forge_manager.kube.connection import Sender
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.node.peer import NodeSocket
    from forge_manager.settings.manager import Settings

#: Until it is back, each candidate reads the Lease every few seconds, which costs more.
_LEASE_WATCH = Times(first_back_off=10.0)

_log = logging.getLogger(__name__)


class _Part(Protocol):
    """A part that runs until it is stopped."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def health(self) -> Ailments:
        """Return which of its threads no longer do their work."""


class Running(NamedTuple):
    """What was started. Both are thread-safe."""

    stop: Callable[[], None]
    health: Callable[[], Ailments]


class _Place(NamedTuple):
    """Where a Lease is.

    `counted`: the name under which its requests are counted. `shared`: with other clusters.
    `by_role`: it applies while the Role names it.
    """

    connection: Sender
    namespace: str
    name: str
    counted: str
    shared: bool = False
    by_role: bool = False

    def lease_client(self, telemetry: Telemetry) -> LeaseClient:
        """Return the client that reads and writes it."""
        return LeaseClient(
            self.connection,
            namespace=self.namespace,
            name=self.name,
            count=telemetry.requests.counter(self.counted),
        )

    def watch(self, telemetry: Telemetry, loop: ControlLoop, index: int) -> ObjectWatch:
        """Return the watch that tells the loop of each change; `index`: the lease's place."""

        def changed(change: Change) -> None:
            observation = observation_of(change)
            if observation is not None:
                lease, deleted = observation
                loop.observed(index, lease, deleted=deleted)

        return ObjectWatch(
            self.connection,
            leases(self.namespace),
            self.name,
            changed,
            count=telemetry.requests.counter(self.counted),
            times=_LEASE_WATCH,
        )


def start(
    settings: Settings,
    node_socket: NodeSocket,
    telemetry: Telemetry,
    status: ForgingStatus,
    beat: Callable[[], None],
    *,
    clock: SlotClockReader,
) -> Running:
    """Start the loop and its watches. `beat` is called every round.

    Raises OSError (assembly) and ClusterSettingsError: there is a cluster, but it cannot be used.
    """
    connection = _own_cluster()
    if connection is not None:
        return _start_in_cluster(
            settings, connection, node_socket, telemetry, status, beat=beat, clock=clock
        )
    _log.info("no cluster: there is no election, and forging is never switched on")
    loop = assemble(
        settings,
        node_socket,
        lambda _: (),
        lambda: "",
        operator=lambda _: OperatorInput(held_off=settings.leader.held_off),
        permission=_alone,
        report=lambda _: None,
        late_node=lambda _: None,
        clock=clock,
        telemetry=telemetry,
        status=status,
        beat=beat,
    )
    loop.start()
    return Running(loop.stop, loop.health)


def _own_cluster() -> Sender | None:
    """Return the way to this pod's cluster, None without one.

    A kubeconfig may name a program to run, which may hang, so it is read when requests are sent.
    """
    if paths := os.environ.get(KUBECONFIG):
        return LateConnection(paths)
    return connect(os.environ)


def _start_in_cluster(
    settings: Settings,
    connection: Sender,
    node_socket: NodeSocket,
    telemetry: Telemetry,
    status: ForgingStatus,
    *,
    beat: Callable[[], None],
    clock: SlotClockReader,
) -> Running:
    own_pod = OwnPod(settings.pod.uid)

    def asked() -> None:
        loop.look()

    operators = Operators(settings, connection, status, telemetry, news=asked)
    hub = _hub(settings, connection)
    parts: list[_Part] = [operators]
    permission: Callable[[Moment, LeaseView | None, bool], ClusterPermission] = _alone
    if settings.cluster.enabled:
        clusters = Multicluster(
            settings, connection, hub, status, telemetry, clocks=read_clocks, say=operators.say
        )
        parts.append(clusters)
        permission = clusters.permission
    places = _places(settings, connection, hub)

    def candidacies(found: Fence | None) -> tuple[Candidacy, ...]:
        pool_id = telemetry.sets.pool_id
        shared = _hub_elector(settings, pool_id, found) if settings.hub.enabled else None
        return tuple(
            Candidacy(
                shared if shared and place.shared else _elector(settings, pool_id, found, shared),
                place.lease_client(telemetry),
                Withdrawal(settings.leader.terms.duration_ns) if place.by_role else None,
            )
            for place in places
        )

    loop = assemble(
        settings,
        node_socket,
        candidacies,
        lambda: own_pod.end,
        operator=operators.operator_input,
        permission=permission,
        report=operators.transition,
        late_node=operators.late_node,
        clock=clock,
        telemetry=telemetry,
        status=status,
        beat=beat,
    )

    def pod_changed(change: Change) -> None:
        own_pod.changed(change)
        loop.look()
        operators.pod_changed(change)

    parts.extend(place.watch(telemetry, loop, index) for index, place in enumerate(places))
    if settings.pod.name:
        counter = telemetry.requests.counter("pods")
        collection = pods(settings.pod.namespace)
        parts.append(
            ObjectWatch(connection, collection, settings.pod.name, pod_changed, count=counter)
        )
    parts = [loop, *parts]
    for part in parts:
        part.start()

    def stop() -> None:
        for part in parts:
            part.stop()

    return Running(stop, lambda: health_of(parts))


def _alone(_now: Moment, _hub: LeaseView | None, _last_resort: bool) -> ClusterPermission:  # noqa: FBT001 (as in policy.LocalCluster)
    """Return where a pool of one cluster stands."""
    return PERMITTED


def _hub(settings: Settings, connection: Sender) -> Sender | None:
    """Return the way to the hub; its kubeconfig may come later than this pod."""
    if not settings.hub.enabled:
        return None
    kubeconfig = settings.hub.kubeconfig
    if kubeconfig is None:
        return connection
    return LateConnection(str(kubeconfig))


def _places(settings: Settings, connection: Sender, hub: Sender | None) -> list[_Place]:
    """Return all places, in the order in which their Leases are taken; a hub's comes last."""
    leader = settings.leader
    by_role = leader.role_names_leases and len(leader.lease_names) > 1
    places = [
        _Place(connection, settings.pod.namespace, name, "leases", by_role=by_role)
        for name in leader.lease_names
    ]
    if hub:
        place = settings.hub.namespace, settings.hub.lease_name
        places.append(_Place(hub, *place, "hub/leases", shared=True))
    return places


def _elector(settings: Settings, pool_id: str, found: Fence | None, hub: Elector | None) -> Elector:
    """Return a Lease's elector; a pod that continues without the hub is not bound by the hub."""
    bound = settings.leader.terms.usual is not None and not settings.hub.go_on_alone
    return Elector(
        identity=identity_of(*_pod(settings)),
        pool_id=pool_id,
        terms=settings.leader.terms,
        former=found.held if found else NONE_HELD,
        hub=hub if bound else None,
    )


def _hub_elector(settings: Settings, pool_id: str, found: Fence | None) -> Elector:
    cluster = settings.cluster.identifier
    return Elector(
        identity=hub_identity_of(cluster, *_pod(settings)),
        pool_id=pool_id,
        terms=settings.hub.terms,
        former=found.held if found else NONE_HELD,
        group=cluster,
        goes_on_alone=settings.hub.go_on_alone,
    )


def _pod(settings: Settings) -> tuple[str, str]:
    return settings.pod.name or socket.gethostname(), settings.pod.uid or str(uuid.uuid4())

"""Start forging control: with the Lease of the cluster, or without a cluster alone."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from typing import TYPE_CHECKING

from forge_manager.cluster.connection import connect
from forge_manager.cluster.lease_client import LeaseClient
from forge_manager.cluster.lease_codec import observation_of
from forge_manager.cluster.own_pod import OwnPod
from forge_manager.cluster.resources import leases, pods
from forge_manager.cluster.watching import ObjectWatch
from forge_manager.control.assembly import assemble
from forge_manager.control.loop import Candidacy
from forge_manager.election.elector import Elector
from forge_manager.election.record import identity_of
from forge_manager.reporting.assembly import Reporting
from forge_manager.reporting.wishes import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.cluster.changes import Change
    from forge_manager.cluster.connection import Connection
    from forge_manager.control.loop import ControlLoop
    from forge_manager.control.status import ForgingStatus
    from forge_manager.guard.protocol import Fence
    from forge_manager.settings import Settings
    from forge_manager.telemetry import Telemetry

_log = logging.getLogger(__name__)


def start(
    settings: Settings, telemetry: Telemetry, status: ForgingStatus, beat: Callable[[], None]
) -> Callable[[], None]:
    """Start the loop and its watches; returns what stops them. `beat` is called every round.

    Raises OSError (assembly) and ClusterSettingsError: there is a cluster, and it cannot be used.
    """
    connection = connect(os.environ)
    if connection is None:
        _log.info("no cluster: nobody is elected, and forging is never switched on")
        loop = assemble(
            settings,
            lambda _: (),
            lambda: False,
            asked=lambda _: Asked(held_off=settings.leader.held_off),
            report=lambda _: None,
            telemetry=telemetry,
            status=status,
            beat=beat,
        )
        loop.start()
        return loop.stop
    own_pod = OwnPod(settings.pod.uid)
    reporting = Reporting(settings, connection, status, telemetry)

    def candidacies(found: Fence | None) -> tuple[Candidacy, ...]:
        return (_candidacy(settings, connection, telemetry, found),)

    loop = assemble(
        settings,
        candidacies,
        lambda: own_pod.end is not None,
        asked=reporting.asked,
        report=reporting.transition,
        telemetry=telemetry,
        status=status,
        beat=beat,
    )

    def pod_changed(change: Change) -> None:
        own_pod.changed(change)
        reporting.pod_changed(change)

    watches = [_lease_watch(settings, connection, telemetry, loop)]
    if settings.pod.name:
        watches.append(
            ObjectWatch(
                connection,
                pods(settings.pod.namespace),
                settings.pod.name,
                pod_changed,
                count=telemetry.requests.counter("pods"),
            )
        )
    loop.start()
    reporting.start()
    for watch in watches:
        watch.start()

    def stop() -> None:
        loop.stop()
        reporting.stop()
        for watch in watches:
            watch.stop()

    return stop


def _candidacy(
    settings: Settings, connection: Connection, telemetry: Telemetry, found: Fence | None
) -> Candidacy:
    checked = telemetry.facts().checked
    elector = Elector(
        identity=identity_of(
            settings.pod.name or socket.gethostname(), settings.pod.uid or str(uuid.uuid4())
        ),
        # The pool whose certificate this is, whatever was configured.
        pool_id=(checked.verdict.pool_id or "") if checked else "",
        terms=settings.leader.terms,
        former_tenures=found.tenures if found else (),
    )
    requests = LeaseClient(
        connection,
        namespace=settings.pod.namespace,
        name=settings.leader.lease_name,
        count=telemetry.requests.counter("leases"),
    )
    return Candidacy(elector, requests)


def _lease_watch(
    settings: Settings, connection: Connection, telemetry: Telemetry, loop: ControlLoop
) -> ObjectWatch:
    def changed(change: Change) -> None:
        observation = observation_of(change)
        if observation is not None:
            lease, deleted = observation
            loop.observed(0, lease, deleted=deleted)

    return ObjectWatch(
        connection,
        leases(settings.pod.namespace),
        settings.leader.lease_name,
        changed,
        count=telemetry.requests.counter("leases"),
    )

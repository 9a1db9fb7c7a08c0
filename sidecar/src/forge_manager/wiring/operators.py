"""Assemble what operators see and ask, each part with its own worker."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from forge_manager.base.thread_health import health_of
from forge_manager.base.worker import Worker
from forge_manager.forging.phases import Phase
from forge_manager.kube.api_client import ApiClient
from forge_manager.kube.changes import Presence
from forge_manager.kube.resources import Collection, events, pods
from forge_manager.kube.troubles import Troubles
from forge_manager.kube.watching import ObjectWatch
from forge_manager.operator.hand_over import HandOvers
from forge_manager.operator.requests import OperatorRequests
from forge_manager.publish.events import EventRecorder
from forge_manager.publish.label import ForgingLabel
from forge_manager.publish.leader_status import WRITTEN, desired_status
from forge_manager.publish.served_schema import SchemaCheck
from forge_manager.publish.status_writer import UPDATE_CRDS, StatusWriter
from forge_manager.publish.words import ReportReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.status import ForgingStatus
    from forge_manager.forging.decision import Transition
    from forge_manager.forging.situation import OperatorInput
    from forge_manager.kube.changes import Change
    from forge_manager.kube.connection import Sender
    from forge_manager.metrics.telemetry import Telemetry
    from forge_manager.settings.manager import Settings

_OFF = (Phase.NO_NODE, Phase.STANDBY)
#: What a leader reports may wait a random part of this: it is seldom alone, since all pools lose
#: their API server in the same moment. One that stops leading may be about to end.
_LEADER_REPORTS_WITHIN_S = 8.0


class Operators:
    """Every call of forging control here returns at once."""

    def __init__(
        self,
        settings: Settings,
        connection: Sender,
        status: ForgingStatus,
        telemetry: Telemetry,
        *,
        news: Callable[[], None] = lambda: None,
    ) -> None:
        """`news`: called when operators ask for anything else than before."""
        self._settings = settings
        self._connection = connection
        self._status = status
        self._tally = telemetry.requests
        self._news = news
        self._pod = settings.pod.name
        self._asks_cluster = settings.leader.crd_enabled and bool(self._pod)
        self._requests = OperatorRequests(
            held_by_setting=settings.leader.held_off, asks_cluster=self._asks_cluster
        )
        self._leaders = Collection(
            settings.leader.crd_group,
            settings.leader.crd_version,
            settings.leader.crd_plural,
            settings.pod.namespace,
        )
        self._workers: list[Worker] = []
        self._watch: ObjectWatch | None = None
        self._events = self._make_events()
        self._label = self._make_label() if settings.leader.forging_label and self._pod else None
        if self._asks_cluster:
            self._watch = self._make_watch()

    def transition(self, change: Transition) -> None:
        """Take a transition of the state machine."""
        if self._pod:
            self._events.transition(change)

    def say(self, reason: StrEnum, detail: str, action: str) -> None:
        """Send operators another event."""
        if self._pod:
            self._events.say(reason, detail, action)

    def late_node(self, detail: str) -> None:
        """Tell operators that the node did not come up in time."""
        self.say(ReportReason.NODE_NOT_UP, detail, "Start")

    def operator_input(self, phase: Phase) -> OperatorInput:
        """Return what operators ask of a pod in this phase."""
        return self._requests.operator_input(off=phase in _OFF)

    def pod_changed(self, change: Change) -> None:
        """Take the own pod as it is now."""
        if self._label is not None:
            self._label.changed(change)
            self._poke()

    def start(self) -> None:
        """Begin."""
        self._status.observe(self._state_changed)
        for worker in self._workers:
            worker.start()
        if self._watch is not None:
            self._watch.start()

    def health(self) -> Ailments:
        """Return which of its threads have ended."""
        watches = [] if self._watch is None else [self._watch]
        return health_of(self._workers) + health_of(watches)

    def stop(self) -> None:
        """End."""
        if self._watch is not None:
            self._watch.stop()
        for worker in self._workers:
            worker.stop()

    def _state_changed(self) -> None:
        if self._label is not None:
            self._label.noticed()
        self._poke()

    def _poke(self) -> None:
        for worker in self._workers:
            worker.poke()

    def _work(self, name: str, turn: Callable[[], float | None]) -> None:
        self._workers.append(Worker(name, turn))

    def _report(self, name: str, turn: Callable[[], float | None]) -> None:
        self._workers.append(Worker(name, turn, patience=self._patience))

    def _patience(self) -> float:
        leads = self._status.state.leading
        return _LEADER_REPORTS_WITHIN_S * random.random() if leads else 0.0  # noqa: S311 (no secret)

    def _api(self, collection: Collection) -> ApiClient:
        count = self._tally.counter(collection.resource)
        return ApiClient(self._connection, collection, count=count)

    def _make_events(self) -> EventRecorder:
        collection = events(self._settings.pod.namespace)
        recorder = EventRecorder(
            self._api(collection),
            collection,
            pod=self._pod,
            uid=self._settings.pod.uid,
            troubles=Troubles("events"),
            clock=time.monotonic,
            wall=time.time,
            news=self._poke,
        )
        self._report("events", recorder.turn)
        return recorder

    def _make_label(self) -> ForgingLabel:
        collection = pods(self._settings.pod.namespace)
        label = ForgingLabel(
            self._api(collection),
            collection,
            pod=self._pod,
            state=lambda: self._status.state,
            troubles=Troubles("label of the forging pod"),
            clock=time.monotonic,
        )
        self._work("label", label.turn)
        return label

    def _make_watch(self) -> ObjectWatch:
        name = self._settings.leader.crd_name
        below = self._leaders._replace(subresource="status")
        missing = ReportReason.CRD_MISSING.value
        troubles = Troubles(f"{self._leaders.plural} {name}", {404: (missing, UPDATE_CRDS)})
        writer = StatusWriter(
            self._api(below),
            below,
            name,
            desired=lambda document, wall_s: desired_status(
                self._status.state, self._pod, document, wall_s
            ),
            troubles=troubles,
            clock=time.monotonic,
            wall=time.time,
        )
        hand_overs = HandOvers(
            self._requests,
            pod=self._pod,
            state=lambda: self._status.state,
            pod_api=self._api(pods(self._settings.pod.namespace)),
            pods=pods(self._settings.pod.namespace),
            leader_api=self._api(self._leaders),
            leaders=self._leaders,
            leader=name,
            say=self._events.say,
            troubles=Troubles(f"annotations of {self._leaders.plural} {name}"),
            clock=time.monotonic,
        )
        self._report("leader-status", writer.turn)
        check = SchemaCheck(
            self._connection,
            self._leaders,
            WRITTEN,
            troubles=troubles,
            count=self._tally.counter("openapi"),
        )
        self._work("leader-schema", check.turn)
        self._work("hand-over", hand_overs.turn)

        def changed(change: Change) -> None:
            if change.presence is Presence.GONE:
                troubles.noted(missing, f"there is no {name}; helm upgrade creates it")
            else:
                troubles.over_if(missing)
            writer.changed(change)
            self._requests.changed(change)
            self._news()
            self._poke()

        return ObjectWatch(
            self._connection,
            self._leaders,
            name,
            changed,
            count=self._tally.counter(self._leaders.resource),
            on_refused=self._requests.refused,
            advice={404: (missing, UPDATE_CRDS)},
        )

"""Everything together against an API server on a socket."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forge_manager.control.status import ForgingStatus
from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.forging.situation import OperatorInput
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.operator.requests import HAND_OVER
from forge_manager.publish.label import LABEL
from forge_manager.settings.manager import parse_settings
from forge_manager.wiring.operators import Operators
from tests.sidecar.publish.scripted import FORGING, POD, STANDBY, present
from tests.sidecar.waiting import until
from tests.support.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sidecar.kube.conftest import Serve
    from tests.sidecar.kube.fake_api import FakeApi, Link, Received

ENV = {"POD_NAME": POD, "POD_UID": "u", "NAMESPACE": "pools", "FORGING_LABEL": "true"}


class Cluster:
    """A CardanoLeader and a pod, patched as the API server does; events are kept."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.version = 1
        self.leader: dict[str, Any] = {"metadata": {"name": "cardano-leader", "annotations": {}}}
        self.labels: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.code = 200

    def __call__(self, received: Received, link: Link) -> None:
        if self.code != 200:
            link.refuse(self.code)
        elif received.method == "POST":
            self.events.append(received.body)
            link.answer(201, received.body)
        elif "/pods/" in received.path:
            if received.method == "PATCH":
                self.labels |= received.body["metadata"]["labels"]
            link.answer(200, {"status": {"conditions": [{"type": "Ready", "status": "True"}]}})
        elif received.method == "PATCH":
            self._patch(received, link)
        elif "watch" in received.query:
            self._watch(int(received.query["resourceVersion"]), link)
        else:
            metadata = {"resourceVersion": str(self.version)}
            link.answer(200, {"metadata": metadata, "items": [self.object]})

    @property
    def object(self) -> dict[str, Any]:
        metadata = self.leader["metadata"] | {"resourceVersion": str(self.version)}
        return self.leader | {"metadata": metadata}

    def annotate(self, name: str, value: str | None) -> None:
        with self._changed:
            self.leader["metadata"]["annotations"] = {name: value} if value else {}
            self.version += 1
            self._changed.notify_all()

    def _patch(self, received: Received, link: Link) -> None:
        with self._changed:
            if received.body["metadata"]["resourceVersion"] != str(self.version):
                link.refuse(409)
                return
            if received.path.endswith("/status"):
                self.leader["status"] = received.body["status"]
            else:
                self.leader["metadata"]["annotations"] = {}
            self.version += 1
            self._changed.notify_all()
        link.answer(200, self.object)

    def _watch(self, since: int, link: Link) -> None:
        link.begin_stream()
        while True:
            with self._changed:
                while self.version <= since:
                    if not self._changed.wait(0.2):
                        link.event("BOOKMARK", {"metadata": {"resourceVersion": str(since)}})
                since, found = self.version, self.object
            link.event("MODIFIED", found)


class Running:
    def __init__(self, serve: Serve, cluster: Cluster, **env: str) -> None:
        self.api: FakeApi
        self.api, connection = serve(cluster)
        self.status = ForgingStatus(STANDBY)
        self.telemetry = Telemetry()
        self.reporting = Operators(
            parse_settings(ENV | env), connection, self.status, self.telemetry
        )

    def operator_input(self) -> OperatorInput:
        return self.reporting.operator_input(self.status.state.phase)


@pytest.fixture
def start(serve: Serve) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def started(cluster: Cluster, **env: str) -> Running:
        made.append(Running(serve, cluster, **env))
        made[-1].reporting.start()
        return made[-1]

    yield started
    for running in made:
        running.api.hang_up()
        running.reporting.stop()


def test_a_take_over_and_a_hand_over_are_seen(start: Callable[..., Running]) -> None:
    cluster = Cluster()
    running = start(cluster)
    assert running.operator_input() in (OperatorInput(hold_known=False), OperatorInput())
    until(lambda: running.operator_input() == OperatorInput(), "the first answer")
    running.reporting.pod_changed(present({"metadata": {"labels": {}}}))
    running.reporting.transition(
        Transition(Phase.SWITCHING_ON, Phase.FORGING, ForgingReason.FORGING_CONFIRMED)
    )
    running.status.publish(FORGING)
    until(lambda: cluster.leader.get("status", {}).get("leaderPod") == POD, "the status")
    until(lambda: cluster.labels.get(LABEL) == "true", "the label")
    until(lambda: cluster.events, "the event")
    cluster.annotate(HAND_OVER, "pool-1")
    until(lambda: running.operator_input().hand_over is not None, "the request")
    running.status.publish(replace(STANDBY, why="HandingOver"))
    until(lambda: cluster.leader["status"]["leaderPod"] == "", "the status")
    until(lambda: cluster.labels.get(LABEL) is None, "the label to go")
    assert cluster.leader["status"]["reason"] == "HandingOver"
    # An answer is counted a little after its request has had an effect.
    expected = {
        ("patch", "cardanoleaders/status", "200"): 2,
        ("get", "pods", "200"): 1,
        ("create", "events", "201"): 1,
    }
    outcomes = running.telemetry.requests.outcomes
    until(lambda: counted(outcomes).items() >= expected.items(), "the answers to be counted")


def test_a_standby_asks_once_for_the_definition_and_sends_nothing_but_its_watch(
    start: Callable[..., Running],
) -> None:
    cluster = Cluster()
    running = start(cluster)
    until(lambda: running.operator_input() == OperatorInput(), "the first answer")
    running.reporting.pod_changed(present({"metadata": {}}))
    for second in range(20):
        running.status.publish(replace(STANDBY, why=f"reason {second}"))
    until(lambda: len(running.api.requests) >= 3, "the watch and the definition")
    assert {request.method for request in running.api.requests} == {"GET"}
    assert len(running.api.requests) == 3


def test_without_the_custom_resource_forging_is_not_held(start: Callable[..., Running]) -> None:
    cluster = Cluster()
    cluster.code = 404
    running = start(cluster)
    until(lambda: running.operator_input() == OperatorInput(), "the first answer")


def test_a_setting_holds_without_any_answer(start: Callable[..., Running]) -> None:
    running = start(Cluster(), HOLD_FORGING="true", CRD_ENABLED="false")
    assert running.operator_input() == OperatorInput(held_off=True)
    assert running.api.requests == []


def test_a_leader_reports_within_some_seconds_and_one_that_stops_at_once(
    monkeypatch: pytest.MonkeyPatch, serve: Serve
) -> None:
    monkeypatch.setattr("forge_manager.wiring.operators.random.random", lambda: 0.5)
    status = ForgingStatus(FORGING)
    _, connection = serve(Cluster())
    operators = Operators(parse_settings(ENV), connection, status, Telemetry())
    assert operators._patience() == 4
    status.publish(replace(FORGING, leading=False))
    assert operators._patience() == 0

"""A cluster and its neighbours together, against API servers and an endpoint on sockets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forge_manager.base.clocks import read_clocks
from forge_manager.control.status import ForgingState, ForgingStatus
from forge_manager.election.messages import LeaseView
from forge_manager.forging.cluster_permission import ClusterReason
from forge_manager.gate.record import CheckedSet
from forge_manager.kube.connection import connect
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.multicluster.membership import MemberEntry, parse_entry
from forge_manager.publish.status_fields import time_text
from forge_manager.settings.manager import parse_settings
from forge_manager.wiring.cluster_part import Multicluster
from tests.sidecar.credentials.damage import GOOD as FILES
from tests.sidecar.credentials.judging import judge
from tests.sidecar.kube.fake_api import FakeApi
from tests.sidecar.multicluster.endpoint import GOOD, Endpoint
from tests.sidecar.multicluster.objects import Objects
from tests.sidecar.multicluster.samples import FORGING, FREE, HELD_ELSEWHERE, SECOND
from tests.sidecar.publish.scripted import POD, STANDBY
from tests.sidecar.waiting import until
from tests.support.counted import counted

RESOURCES = "/apis/cardano.io/v1/namespaces/pools/cardanoforgeclusters"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/hub/leases"
KEY = "clusters.cardano.io/eu"
ENV = {
    "POD_NAME": POD,
    "NAMESPACE": "pools",
    "ENABLE_CLUSTER_MANAGEMENT": "true",
    "CLUSTER_IDENTIFIER": "eu",
    "CLUSTER_PRIORITY": "7",
    "FORGE_CLUSTER_NAME": "mainnet-eu",
    "HUB_LEASE_NAME": "the-pools",
    "HUB_NAMESPACE": "hub",
}


class Running:
    """One manager's part, with an own cluster and perhaps a hub."""

    def __init__(self, directory: Path, *, hub: bool, **env: str) -> None:
        self.own, self.hub = Objects(), Objects()
        self.own.put(RESOURCES, "mainnet-eu", spec={"priority": 5})
        self.apis = [FakeApi(self.own), FakeApi(self.hub)]
        own, other = (connect({"KUBECONFIG": str(a.kubeconfig(directory))}) for a in self.apis)
        assert own is not None
        self.status, self.telemetry = ForgingStatus(STANDBY), Telemetry()
        self.said: list[tuple[str, str, str]] = []
        self.lease = FREE if hub else None
        settings = parse_settings(ENV | {"HUB_ENABLED": str(hub)} | env)
        self.clusters = Multicluster(
            settings,
            own,
            other if hub else None,
            self.status,
            self.telemetry,
            clocks=read_clocks,
            say=lambda *what: self.said.append(what),
        )
        self.clusters.start()

    def round(self) -> ClusterReason:
        """What the loop of control does over and over."""
        return self.clusters.permission(read_clocks(), self.lease, last_resort=False).why

    def publish(self, state: ForgingState, lease: LeaseView | None = None) -> None:
        self.lease = lease or self.lease
        self.round()
        self.status.publish(state)
        self.round()

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Make rounds until it holds."""
        until(lambda: self.round() and condition(), what)

    def until_reason(self, wanted: ClusterReason) -> None:
        until(lambda: self.round() is wanted, f"{wanted}")

    def until_shown(self, **wanted: Any) -> None:
        self.until(lambda: {key: self.shown.get(key) for key in wanted} == wanted, f"{wanted}")

    def until_eligible(self, wanted: bool) -> None:
        self.until(lambda: self.entry and self.entry.eligible is wanted, "the entry on the board")

    def until_healthy(self, wanted: bool) -> None:
        def shown() -> bool:
            return (self.shown.get("healthStatus") or {}).get("healthy") is wanted

        self.until(shown, f"healthy={wanted} in the status")

    @property
    def shown(self) -> dict[str, Any]:
        return self.own.get(RESOURCES).get("status") or {}

    @property
    def entry(self) -> MemberEntry | None:
        annotations = self.hub.get(LEASES).get("metadata", {}).get("annotations", {})
        return parse_entry(annotations.get(KEY, ""))

    def stop(self) -> None:
        for api in self.apis:
            api.close()
        self.clusters.stop()


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    made: list[Running] = []

    def started(*, hub: bool = True, **env: str) -> Running:
        made.append(Running(tmp_path, hub=hub, **env))
        return made[-1]

    yield started
    for running in made:
        running.stop()


def test_the_cluster_that_forges_says_so_in_its_object_and_on_the_board(start: Start) -> None:
    running = start()
    running.telemetry.sets.checked = CheckedSet(judge(FILES, now=150.0), "one")
    running.until_reason(ClusterReason.PERMITTED)
    running.publish(FORGING)
    running.until_shown(activeLeader=POD, forgingEnabled=True, effectivePriority=5)
    assert len(running.shown["poolStatus"]["idHex"]) == 56
    running.until_eligible(True)
    entry = running.entry
    assert entry is not None
    assert entry == MemberEntry(5, True, POD, entry.beat)
    assert running.said == [("ClusterPermitted", "eu, Priority-based, priority 5", "Cluster")]
    wanted = {("create", "hub/leases", "201"), ("patch", "cardanoforgeclusters/status", "200")}
    running.until(
        lambda: wanted <= counted(running.telemetry.requests.outcomes).keys(), "the answers"
    )
    running.status.publish(replace(STANDBY, why="Terminating"))
    until(lambda: running.shown["activeLeader"] == "", "the name to be taken back")


def test_a_person_who_disables_it_is_heard_at_once(start: Start) -> None:
    running = start()
    running.until_reason(ClusterReason.PERMITTED)
    running.publish(FORGING)
    override = {"enabled": True, "forceState": "Disabled", "reason": "repairs"}
    running.own.put(RESOURCES, "mainnet-eu", spec={"priority": 5, "override": override})
    running.until_reason(ClusterReason.DISABLED)
    running.until_shown(effectiveState="Disabled", reason="ClusterDisabled")
    running.until_eligible(False)


def test_an_override_that_ends_is_shown_though_nothing_is_heard(start: Start) -> None:
    running = start()
    running.until_reason(ClusterReason.PERMITTED)
    running.publish(FORGING)
    ends_s = time.time() + 3
    override = {"enabled": True, "forcePriority": 1, "expiresAt": time_text(ends_s)}
    running.own.put(RESOURCES, "mainnet-eu", spec={"priority": 5, "override": override})
    running.until_shown(effectivePriority=1)
    running.until_shown(effectivePriority=5)
    assert time.time() >= int(ends_s)


def test_a_better_cluster_on_the_board_is_waited_for(start: Start) -> None:
    running = start()
    entry = MemberEntry(1, True, "bp-1", 1)
    annotations = {"clusters.cardano.io/us": entry.text()}
    running.hub.put(LEASES, "the-pools-clusters", metadata={"annotations": annotations})
    running.lease = HELD_ELSEWHERE
    running.until_reason(ClusterReason.WAITING)
    running.publish(SECOND)
    running.until_shown(activeLeader="us/bp-1", forgingEnabled=False, reason="WaitingForPriority")
    running.until_eligible(True)


def test_an_unhealthy_cluster_says_so_everywhere(start: Start) -> None:
    answer = [b"HTTP/1.1 503 Bad\r\n\r\n"]
    endpoint = Endpoint(lambda connection: connection.sendall(answer[0]))
    running = start(
        HEALTH_CHECK_ENABLED="true",
        HEALTH_CHECK_ENDPOINT=endpoint.url,
        HEALTH_CHECK_FAILURE_THRESHOLD="1",
        HEALTH_CHECK_INTERVAL="1",
    )
    running.until_reason(ClusterReason.PERMITTED)
    assert endpoint.heads == []  # no pod of this cluster holds its Lease
    running.publish(FORGING)
    running.until_healthy(False)
    running.until_eligible(False)
    answer[0] = GOOD
    running.until_healthy(True)
    running.until_eligible(True)
    endpoint.close()


def test_without_a_hub_it_warns_and_forges(start: Start) -> None:
    running = start(hub=False)
    running.until_reason(ClusterReason.PERMITTED)
    running.publish(replace(FORGING, hub_holder=""))
    running.until_shown(reason="NothingExcludesOthers", forgingEnabled=True)
    assert [code for code, _, _ in running.said] == ["NothingExcludesOthers"]
    assert running.apis[1].requests == []


def test_a_pod_without_its_clusters_lease_writes_nothing(start: Start) -> None:
    running = start()
    running.until_reason(ClusterReason.PERMITTED)
    running.publish(STANDBY)
    until(lambda: len(running.apis[0].requests) >= 2 <= len(running.apis[1].requests), "watches")
    methods = {one.method for api in running.apis for one in api.requests}
    assert methods == {"GET"}
    assert running.said == []


def test_without_the_custom_resource_the_settings_count(start: Start) -> None:
    running = start()
    running.own.code = 404
    running.until_reason(ClusterReason.PERMITTED)

"""Where a cluster stands, by what its CardanoForgeCluster, its health check and the hub say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.election.messages import LeaseView, Proof
from forge_manager.election.terms import Terms
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.kube.changes import Change, Presence
from forge_manager.multicluster.health import UNKNOWN, ClusterHealth
from forge_manager.multicluster.membership import KEY_PREFIX, MemberEntry
from forge_manager.multicluster.view import ClusterState, ClusterView
from forge_manager.settings.cluster_spec import ForgeState
from forge_manager.settings.manager import parse_settings
from tests.sidecar.multicluster.samples import FREE, HELD_ELSEWHERE
from tests.sidecar.publish.scripted import present

ENV = {
    "ENABLE_CLUSTER_MANAGEMENT": "true",
    "CLUSTER_IDENTIFIER": "eu",
    "CLUSTER_PRIORITY": "7",
    "FORGE_CLUSTER_NAME": "mainnet-eu",
    "HUB_ENABLED": "true",
    "HUB_LEASE_NAME": "the-pools",
}
GONE = Change(Presence.GONE, {"metadata": {"name": "mainnet-eu", "resourceVersion": "4"}})


class Bench:
    """A view, with a health of the test's own."""

    def __init__(self, **env: str) -> None:
        settings = parse_settings(ENV | env)
        self.health = UNKNOWN
        self.now_s = 100
        self.view = ClusterView(settings.cluster, settings.hub, health=lambda: self.health)

    def state(self, hub: LeaseView | None = FREE) -> ClusterState:
        return self.view.state(Moment(self.now_s * SECOND, self.now_s * SECOND), hub)

    def permission(self, hub: LeaseView | None = FREE) -> tuple[bool, ClusterReason]:
        permission = self.state(hub).permission
        return permission.permitted, permission.why

    def resource(self, **spec: Any) -> None:
        self.view.resource_changed(present({"spec": spec}))

    def board(self, **entries: MemberEntry) -> None:
        texts = {f"{KEY_PREFIX}{name}": entry.text() for name, entry in entries.items()}
        now = Moment(self.now_s * SECOND, 0)
        self.view.members_changed(now, present({"metadata": {"annotations": texts}}))


def proof(sent_s: int) -> Proof:
    return Proof(Moment(sent_s * SECOND, sent_s * SECOND), Terms(), "one")


def test_until_the_first_answer_it_is_not_known_whether_a_person_forbids_it() -> None:
    bench = Bench()
    assert bench.state().permission == ClusterPermission(False, ClusterReason.UNKNOWN, "eu")
    bench.board()
    assert bench.permission() == (False, ClusterReason.UNKNOWN)
    bench.resource()
    assert bench.permission() == (True, ClusterReason.PERMITTED)


def test_until_the_board_is_seen_others_are_waited_for() -> None:
    bench = Bench()
    bench.resource()
    assert bench.permission() == (False, ClusterReason.WAITING)
    bench.board()
    assert bench.permission() == (True, ClusterReason.PERMITTED)


@pytest.mark.parametrize("hub", [None, FREE])
def test_an_answer_that_is_an_error_or_nothing_to_ask_is_an_answer(hub: LeaseView | None) -> None:
    refused, gone, unasked = Bench(), Bench(), Bench(FORGE_CLUSTER_NAME="")
    refused.view.resource_refused(403)
    gone.view.resource_changed(GONE)
    for bench in (refused, gone, unasked):
        bench.board()
        assert bench.permission(hub) == (True, ClusterReason.PERMITTED)


def test_disabled_by_the_settings_needs_no_answer() -> None:
    for hub in (None, FREE):
        bench = Bench(FORGE_STATE="Disabled")
        assert bench.permission(hub) == (False, ClusterReason.DISABLED)


def test_the_object_counts_and_where_it_is_gone_the_settings() -> None:
    bench = Bench()
    bench.board()
    bench.resource(priority=3, forgeState="Disabled")
    state = bench.state()
    assert (state.effective.state, state.effective.priority) == (ForgeState.DISABLED, 3)
    assert bench.permission(None) == (False, ClusterReason.DISABLED)
    bench.view.resource_changed(GONE)
    assert bench.state().effective.priority == 7
    assert bench.permission(None) == (True, ClusterReason.PERMITTED)


def test_an_override_ends_while_nothing_is_heard() -> None:
    bench = Bench()
    bench.board()
    expires = "1970-01-01T00:02:00Z"
    bench.resource(override={"enabled": True, "forceState": "Disabled", "expiresAt": expires})
    assert bench.permission() == (False, ClusterReason.DISABLED)
    bench.now_s = 120
    assert bench.permission() == (True, ClusterReason.PERMITTED)


def test_a_better_cluster_is_waited_for() -> None:
    bench = Bench()
    bench.resource()
    bench.board(us=MemberEntry(1, True, "bp-0", 1), eu=MemberEntry(7, True, "pool-0", 1))
    assert bench.permission(HELD_ELSEWHERE) == (False, ClusterReason.WAITING)
    bench.resource(priority=1)
    bench.board(us=MemberEntry(2, True, "bp-0", 2))
    assert bench.permission(HELD_ELSEWHERE) == (True, ClusterReason.PERMITTED)


def test_an_unhealthy_cluster_waits_for_any_that_is_well() -> None:
    bench = Bench()
    bench.resource()
    bench.board(us=MemberEntry(9, True, "bp-0", 1))
    assert bench.permission(HELD_ELSEWHERE) == (True, ClusterReason.PERMITTED)
    bench.health = ClusterHealth(False, 3)
    assert bench.permission(HELD_ELSEWHERE) == (False, ClusterReason.UNHEALTHY)
    assert bench.permission(None) == (True, ClusterReason.PERMITTED)


def test_a_pod_that_has_not_asked_yet_takes_the_former_ones_word() -> None:
    bench = Bench(HEALTH_CHECK_ENABLED="true", HEALTH_CHECK_ENDPOINT="http://here/")
    sick = {"healthStatus": {"healthy": False, "consecutiveFailures": 4}}
    bench.view.resource_changed(present({"status": sick}))
    assert bench.state().health == ClusterHealth(False, 4)
    bench.health = ClusterHealth(True, 0, 1.0)
    assert bench.state().health.healthy is True


def test_without_a_check_what_an_earlier_one_found_is_nothing() -> None:
    bench = Bench()
    sick = {"healthStatus": {"healthy": False, "consecutiveFailures": 4}}
    bench.view.resource_changed(present({"status": sick}))
    assert bench.state().health == UNKNOWN


def test_a_hub_excludes_others_unless_its_word_is_waived() -> None:
    bench = Bench()
    assert bench.state(FREE).excludes
    assert not bench.state(None).excludes
    long_ago, just_now = (proof(sent_s) for sent_s in (50, 99))
    waived = replace(FREE, ours=True, waived=True)
    assert bench.state(replace(waived, proof=just_now)).excludes
    assert not bench.state(replace(waived, proof=long_ago)).excludes


@pytest.mark.parametrize("annotations", [None, [], {"clusters.cardano.io/us": 5}])
def test_a_board_of_nonsense_is_empty(annotations: object) -> None:
    bench = Bench()
    bench.resource()
    now = Moment(0, 0)
    bench.view.members_changed(now, present({"metadata": {"annotations": annotations}}))
    assert bench.permission() == (True, ClusterReason.PERMITTED)

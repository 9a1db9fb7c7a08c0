"""What the CardanoLeader says, and who writes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forge_manager.control.status import ForgingState
from forge_manager.forging.phases import Phase
from forge_manager.kube.api_client import ApiRequest, Ending
from forge_manager.kube.changes import Change, Presence
from forge_manager.kube.resources import Collection
from forge_manager.kube.troubles import Troubles
from forge_manager.publish.leader_status import desired_status
from forge_manager.publish.status_writer import StatusWriter
from tests.sidecar.publish.scripted import (
    FORGING,
    LOST,
    POD,
    STANDBY,
    Clock,
    ScriptedCalls,
    answered,
    present,
)

LEADERS = Collection("cardano.io", "v1", "cardanoleaders", "pools", "status")


def leader(version: str = "7", **status: Any) -> dict[str, Any]:
    return {"metadata": {"resourceVersion": version, "generation": 3}, "status": status}


def test_the_pod_that_forges_says_so() -> None:
    status = desired_status(FORGING, POD, leader(), 0.0)
    assert status is not None
    assert (status["leaderPod"], status["forgingEnabled"]) == (POD, True)
    assert (status["reason"], status["observedGeneration"]) == ("ForgingConfirmed", 3)
    assert status["lastTransitionTime"] == "1970-01-01T00:00:00Z"
    assert {c["type"]: c["status"] for c in status["conditions"]} == {
        "LeaderElected": "True",
        "Forging": "True",
    }


def test_unknown_is_not_forging_and_says_unknown() -> None:
    status = desired_status(replace(FORGING, forging=None), POD, leader(), 0.0)
    assert status is not None
    assert status["forgingEnabled"] is False
    assert status["reason"] == "ForgingUnknown"
    assert status["conditions"][1]["status"] == "Unknown"


def test_times_are_those_of_the_last_change_only() -> None:
    before = desired_status(FORGING, POD, leader(), 0.0)
    assert before is not None
    assert desired_status(FORGING, POD, leader(**before), 99.0) == before
    after = desired_status(replace(FORGING, forging=False), POD, leader(**before), 99.0)
    assert after is not None
    assert after["lastTransitionTime"] == "1970-01-01T00:01:39Z"
    times = [condition["lastTransitionTime"] for condition in after["conditions"]]
    assert times == ["1970-01-01T00:00:00Z", "1970-01-01T00:01:39Z"]


def test_a_pod_that_handed_over_takes_back_its_own_name() -> None:
    status = desired_status(STANDBY, POD, leader(leaderPod=POD, forgingEnabled=True), 0.0)
    assert status is not None
    assert (status["leaderPod"], status["forgingEnabled"]) == ("", False)


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (STANDBY, "pool-1"),
        (STANDBY, ""),
        (replace(STANDBY, forging=True), POD),
        (replace(STANDBY, handed_over=False), POD),
        (replace(FORGING, phase=Phase.ADOPTING, forging=None), POD),
    ],
    ids=["another's", "nobody's", "still forging", "not handed over", "just started again"],
)
def test_what_is_not_this_pods_to_say_is_left(state: ForgingState, named: str) -> None:
    assert desired_status(state, POD, leader(leaderPod=named), 0.0) is None


class Bench:
    """A writer, what it sends, and an object that takes what is written."""

    def __init__(self, state: ForgingState = FORGING) -> None:
        self.state = state
        self.calls = ScriptedCalls(self.store)
        self.clock = Clock()
        self.writer = StatusWriter(
            self.calls,
            LEADERS,
            "leader",
            desired=lambda document, wall_s: desired_status(self.state, POD, document, wall_s),
            troubles=Troubles("status"),
            clock=self.clock,
            wall=lambda: 0.0,
        )

    def store(self, call: ApiRequest) -> Ending:
        assert call.document is not None
        return answered(200, leader("8", **call.document["status"]))

    def settle(self) -> float | None:
        """Have it write what it can now; return when it wants to be called again."""
        while (wait_s := self.writer.turn()) == 0.0:
            pass
        return wait_s


def test_it_is_written_once_and_again_when_another_stands_there() -> None:
    bench = Bench()
    assert bench.writer.turn() is None
    bench.writer.changed(present(leader("7")))
    assert bench.writer.turn() == 0.0
    assert bench.writer.turn() is None
    assert bench.calls.documents[0]["metadata"] == {"resourceVersion": "7"}
    bench.writer.changed(present(leader("9", leaderPod="edited")))
    bench.writer.turn()
    assert bench.calls.documents[1]["metadata"] == {"resourceVersion": "9"}
    bench.writer.changed(Change(Presence.GONE, {}))
    assert bench.writer.turn() is None
    assert len(bench.calls.all) == 2


@pytest.mark.parametrize("ending", [LOST, answered(409), answered(404), answered(500)])
def test_after_a_failure_it_waits_longer_each_time(ending: Ending) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: ending
    bench.writer.changed(present(leader()))
    waits = []
    for _ in range(3):
        waits.append(bench.writer.turn())
        assert bench.writer.turn() == waits[-1]  # news do not shorten it
        bench.clock.now += waits[-1] or 0
    assert waits == [0.5, 1.0, 2.0]
    assert len(bench.calls.all) == 3


def test_an_old_crd_that_refuses_conditions_gets_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    def refuse(call: ApiRequest) -> Ending:
        assert call.document is not None
        return answered(422) if "conditions" in call.document["status"] else bench.store(call)

    bench.calls.answer = refuse
    bench.writer.changed(present(leader()))
    bench.settle()
    assert [("conditions" in one["status"]) for one in bench.calls.documents] == [True, False]
    assert "CRDOutdated" in str([vars(record) for record in caplog.records])


def test_fields_that_an_old_crd_drops_are_written_once(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    def prune(call: ApiRequest) -> Ending:
        assert call.document is not None
        kept = {k: v for k, v in call.document["status"].items() if k != "reason"}
        return answered(200, leader("8", **kept))

    bench.calls.answer = prune
    bench.writer.changed(present(leader()))
    bench.settle()
    assert len(bench.calls.all) == 1
    assert "CRDOutdated" in str([vars(record) for record in caplog.records])
    assert "reason" in str(vars(caplog.records[0])["forge_manager_fields"])


def test_a_minute_later_an_old_crd_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    outdated = True

    def answer(call: ApiRequest) -> Ending:
        assert call.document is not None
        refused = outdated and "conditions" in call.document["status"]
        return answered(422) if refused else bench.store(call)

    bench.calls.answer = answer
    bench.writer.changed(present(leader()))
    assert bench.settle() == 60.0
    bench.clock.now += 59
    assert bench.settle() == 1.0
    bench.clock.now += 1
    assert bench.settle() == 60.0
    assert len(bench.calls.all) == 3

    outdated = False
    bench.clock.now += 60
    caplog.set_level("INFO")
    assert bench.settle() is None
    assert "conditions" in bench.calls.documents[-1]["status"]
    said = [vars(record)["forge_manager_fields"].get("reason") for record in caplog.records]
    assert said == ["CRDOutdated", "CRDOutdated"], "once that it is, once that it is over"


def test_who_fights_for_the_status_is_answered_seldom() -> None:
    bench = Bench()
    for second in range(60):
        bench.writer.changed(present(leader(str(second), leaderPod="edited")))
        bench.writer.turn()
        bench.clock.now += 1
    assert len(bench.calls.all) <= 6 + 3


def test_403_names_the_rule_that_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: answered(403)
    bench.writer.changed(present(leader()))
    bench.writer.turn()
    said = str(vars(caplog.records[0]))
    assert "cardanoleaders/status" in said
    assert "patch" in said


def test_a_leader_whose_cluster_waits_for_another_says_so() -> None:
    waits = replace(STANDBY, why="WaitingForPriority", local=True, handed_over=False)
    before = {"leaderPod": POD, "forgingEnabled": True}
    found = desired_status(waits, POD, {"status": before}, 0)
    assert found is not None
    assert (found["leaderPod"], found["forgingEnabled"]) == (POD, False)
    assert found["reason"] == "WaitingForPriority"

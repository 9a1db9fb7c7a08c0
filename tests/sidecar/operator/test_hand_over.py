"""How the request of a hand-over is served, refused and taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forge_manager.forging.phases import Phase
from forge_manager.kube.api_client import ApiRequest, Ending
from forge_manager.kube.resources import Collection, pods
from forge_manager.kube.troubles import Troubles
from forge_manager.operator.hand_over import HandOvers
from forge_manager.operator.requests import HAND_OVER, OperatorRequests
from forge_manager.publish.words import ReportReason
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

READY: dict[str, Any] = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}


class Bench:
    """One pod that is asked to hand over to `pod`."""

    def __init__(self, pod: str, *, forging: bool = True) -> None:
        self.state = FORGING if forging else STANDBY
        self.requests = OperatorRequests(held_by_setting=False, asks_cluster=True)
        self.pods = ScriptedCalls(lambda _: answered(200, READY))
        self.leaders = ScriptedCalls(lambda _: answered(200, {"metadata": {}}))
        self.said: list[tuple[ReportReason, str]] = []
        self.clock = Clock()
        self.hand_overs = HandOvers(
            self.requests,
            pod=POD,
            state=lambda: self.state,
            pod_api=self.pods,
            pods=pods("pools"),
            leader_api=self.leaders,
            leaders=Collection("cardano.io", "v1", "cardanoleaders", "pools"),
            leader="leader",
            say=lambda reason, detail: self.said.append((reason, detail)),
            troubles=Troubles("requests"),
            clock=self.clock,
        )
        self.ask(pod)

    def ask(self, pod: str, version: str = "7") -> None:
        metadata = {"resourceVersion": version, "annotations": {HAND_OVER: pod}}
        self.requests.changed(present({"metadata": metadata}))

    def told(self) -> bool:
        off = self.state.phase in (Phase.NO_NODE, Phase.STANDBY)
        return self.requests.operator_input(off=off).hand_over is not None

    @property
    def removals(self) -> list[dict[str, Any]]:
        return self.leaders.documents


def removal(version: str = "7") -> dict[str, Any]:
    return {"metadata": {"resourceVersion": version, "annotations": {HAND_OVER: None}}}


def test_the_leader_gives_up_for_a_pod_that_is_ready() -> None:
    bench = Bench("pool-1")
    assert not bench.told()
    bench.hand_overs.turn()
    assert [(call.verb, call.name) for call in bench.pods.all] == [("get", "pool-1")]
    assert bench.told()
    bench.hand_overs.turn()  # the machine has not taken it yet: nothing is given up
    assert bench.removals == []
    assert bench.said == []


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        (answered(404), "no such pod"),
        (answered(403), "resources [pods], verbs [get]"),
        (answered(200, {"metadata": {"deletionTimestamp": "x"}} | READY), "being deleted"),
        (answered(200, {"status": {"conditions": [{"type": "Ready", "status": "False"}]}}), "not"),
        (answered(200, {"status": {"conditions": "junk"}}), "not ready"),
    ],
)
def test_a_pod_that_cannot_take_over_is_refused(ending: Ending, why: str) -> None:
    bench = Bench("pool-1")
    bench.pods.answer = lambda _: ending
    bench.hand_overs.turn()
    assert not bench.told()
    (said,) = bench.said
    assert said[0] is ReportReason.HAND_OVER_REFUSED
    assert why in said[1]
    assert bench.removals == [removal()]
    bench.state = STANDBY
    assert not bench.told()


def test_what_is_no_name_is_refused_without_asking_the_api() -> None:
    bench = Bench("../" * 100_000)
    bench.hand_overs.turn()
    assert bench.pods.all == []
    assert bench.said[0][0] is ReportReason.HAND_OVER_REFUSED
    assert len(bench.said[0][1]) < 200


@pytest.mark.parametrize("ending", [LOST, answered(500)])
def test_without_an_answer_it_asks_again_later(ending: Ending) -> None:
    bench = Bench("pool-1")
    bench.pods.answer = lambda _: ending
    assert bench.hand_overs.turn() == 0.5
    bench.pods.answer = lambda _: answered(200, READY)
    assert bench.hand_overs.turn() == 0.5
    bench.clock.now += 1
    assert bench.hand_overs.turn() is None
    assert bench.told()


def test_a_wish_for_the_pod_that_forges_is_taken_away() -> None:
    bench = Bench(POD)
    bench.hand_overs.turn()
    assert bench.removals == [removal()]
    assert bench.pods.all == []
    assert bench.said == []


def test_the_pod_that_takes_over_takes_it_away_when_it_forges() -> None:
    bench = Bench(POD, forging=False)
    bench.hand_overs.turn()
    bench.state = replace(FORGING, phase=Phase.SWITCHING_ON)
    bench.hand_overs.turn()
    assert bench.removals == []
    bench.state = FORGING
    bench.hand_overs.turn()
    assert bench.removals == [removal()]


def test_a_pod_that_stood_back_in_vain_says_so_and_takes_it_away() -> None:
    bench = Bench("pool-1", forging=False)
    assert bench.told()
    bench.hand_overs.turn()
    assert bench.removals == []
    bench.state = FORGING
    bench.hand_overs.turn()
    assert bench.said[0][0] is ReportReason.HAND_OVER_NOT_TAKEN
    assert bench.removals == [removal()]


def test_a_manager_started_again_beside_a_node_that_forges_checks_first() -> None:
    bench = Bench("pool-1")
    bench.state = replace(FORGING, phase=Phase.ADOPTING)
    assert not bench.told()
    bench.hand_overs.turn()
    assert bench.told()


def test_a_second_wish_is_not_taken_away_with_the_first() -> None:
    bench = Bench(POD)

    def conflict(call: ApiRequest) -> Ending:
        bench.ask("pool-2", "8")
        return answered(409)

    bench.leaders.answer = conflict
    bench.hand_overs.turn()
    bench.leaders.answer = lambda _: answered(200, {"metadata": {}})
    bench.hand_overs.turn()
    assert bench.removals == [removal()]
    assert [call.name for call in bench.pods.all] == ["pool-2"]


def test_an_annotation_that_may_not_be_taken_away_is_served_once() -> None:
    bench = Bench("pool-1")
    bench.pods.answer = lambda _: answered(404)
    bench.leaders.answer = lambda _: answered(403)
    for _ in range(50):
        bench.hand_overs.turn()
        bench.clock.now += 10
    assert len(bench.pods.all) == 1
    assert len(bench.said) == 1
    assert len(bench.removals) <= 15

"""The label of the pod that forges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forge_manager.control.status import ForgingState
from forge_manager.forging.phases import Phase
from forge_manager.kube.resources import pods
from forge_manager.kube.troubles import Troubles
from forge_manager.publish.label import LABEL, ForgingLabel
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

UNKNOWN = replace(FORGING, forging=None)
STARTED_AGAIN = replace(STANDBY, phase=Phase.NO_NODE, forging=None, handed_over=False)


class Bench:
    def __init__(self, state: ForgingState, *, labelled: bool) -> None:
        self.state = state
        self.clock = Clock()
        self.calls = ScriptedCalls(lambda _: answered(200))
        self.label = ForgingLabel(
            self.calls,
            pods("pools"),
            pod=POD,
            state=lambda: self.state,
            troubles=Troubles("label"),
            clock=self.clock,
        )
        self.label.changed(present({"metadata": {"labels": {LABEL: "true"} if labelled else {}}}))

    def settle(self) -> list[tuple[str, Any]]:
        while self.label.turn() == 0.0:
            pass
        return [
            (call.name, (call.document or {})["metadata"]["labels"][LABEL])
            for call in self.calls.all
        ]


@pytest.mark.parametrize(
    ("state", "labelled", "patches"),
    [
        (FORGING, False, [(POD, "true")]),
        (FORGING, True, []),
        (STANDBY, True, [(POD, None)]),
        (STANDBY, False, []),
        (UNKNOWN, True, []),
        (UNKNOWN, False, []),
        (STARTED_AGAIN, True, []),
        (replace(STARTED_AGAIN, handed_over=True), True, [(POD, None)]),
    ],
)
def test_it_follows_what_the_node_shows(
    state: ForgingState, labelled: bool, patches: list[tuple[str, Any]]
) -> None:
    assert Bench(state, labelled=labelled).settle() == patches


def test_one_that_somebody_takes_away_is_put_back() -> None:
    bench = Bench(FORGING, labelled=False)
    bench.settle()
    bench.label.changed(present({"metadata": {}}))
    assert bench.settle() == [(POD, "true")] * 2


@pytest.mark.parametrize("status", [200, 404, 403])
def test_a_new_leader_takes_it_from_the_holder_before_once(status: int) -> None:
    bench = Bench(replace(STANDBY, holder="pool-2_uid"), labelled=False)
    bench.label.noticed()
    assert bench.settle() == []
    bench.calls.answer = lambda call: answered(200 if call.name == POD else status)
    for holder in ("", "pool-0_u"):
        bench.state = replace(FORGING, holder=holder)
        bench.label.noticed()
    assert bench.settle() == [(POD, "true"), ("pool-2", None)]
    assert bench.settle() == [(POD, "true"), ("pool-2", None)]


def test_a_failure_is_tried_again_later() -> None:
    bench = Bench(FORGING, labelled=False)
    bench.calls.answer = lambda _: LOST
    assert bench.label.turn() == 0.5
    bench.clock.now += 1
    bench.calls.answer = lambda _: answered(200)
    assert bench.settle() == [(POD, "true")] * 2

"""Events: what they say, how many there are, and that losing them is no trouble."""

from __future__ import annotations

import pytest

from forge_manager.forging.decision import Transition
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.kube.api_client import Ending
from forge_manager.kube.resources import events
from forge_manager.kube.troubles import Troubles
from forge_manager.publish.events import EventRecorder
from forge_manager.publish.words import ReportReason
from tests.sidecar.publish.scripted import LOST, POD, Clock, ScriptedCalls, answered

HELD = Transition(Phase.FORGING, Phase.SWITCHING_OFF, ForgingReason.HELD_OFF)
KILLED = Transition(Phase.SWITCHING_OFF, Phase.KILLING, ForgingReason.NODE_DID_NOT_GO_OFF)


class Bench:
    def __init__(self) -> None:
        self.clock = Clock()
        self.news = 0
        self.calls = ScriptedCalls(lambda _: answered(201))
        self.recorder = EventRecorder(
            self.calls,
            events("pools"),
            pod=POD,
            uid="u",
            troubles=Troubles("events"),
            clock=self.clock,
            wall=lambda: self.clock.now,
            news=self._noticed,
        )

    def _noticed(self) -> None:
        self.news += 1

    def settle(self) -> None:
        while self.recorder.turn() == 0.0:
            pass


@pytest.mark.parametrize(
    ("reason", "cause", "note"),
    [
        (ForgingReason.LEASE_NOT_PROVEN, "LeaseReplaced", "can no longer be proven: "),
        (ForgingReason.LEASE_NOT_PROVEN, "HubLeaseReplaced", "can no longer be proven: in the hub"),
        (ForgingReason.TERMINATING, "PodReplaced", "The pod is terminating: "),
        (ForgingReason.FORGING_SHOWN_AT_START, "10.2.1", "use a newer one (this one is 10.2.1)"),
        (ForgingReason.HELD_OFF, "", "(Forging to SwitchingOff)"),
    ],
)
def test_it_says_what_is_behind_a_transition(reason: ForgingReason, cause: str, note: str) -> None:
    bench = Bench()
    bench.recorder.transition(Transition(Phase.FORGING, Phase.SWITCHING_OFF, reason, cause))
    bench.settle()
    document = bench.calls.all[0].document
    assert document is not None
    assert note in document["note"]


def test_what_an_event_says() -> None:
    bench = Bench()
    bench.recorder.transition(HELD)
    assert bench.news == 1
    bench.settle()
    (call,) = bench.calls.all
    assert call.verb == "create"
    assert call.document == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "pool-0.3b9aca00", "namespace": "pools"},
        "eventTime": "1970-01-01T00:16:40.000000Z",
        "reportingController": "cardano.io/forge-manager",
        "reportingInstance": POD,
        "action": "SwitchingOff",
        "reason": "HeldOff",
        "type": "Normal",
        "note": "An operator holds forging off, or this is not known yet "
        "(Forging to SwitchingOff).",
        "regarding": {
            "apiVersion": "v1",
            "kind": "Pod",
            "name": POD,
            "namespace": "pools",
            "uid": "u",
        },
    }


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (KILLED, "Warning"),
        (Transition(Phase.FORGING, Phase.NO_NODE, ForgingReason.NODE_ENDED), "Warning"),
        (Transition(Phase.KILLING, Phase.NO_NODE, ForgingReason.NODE_ENDED), "Normal"),
    ],
)
def test_bad_ones_are_warnings(change: Transition, kind: str) -> None:
    bench = Bench()
    bench.recorder.transition(change)
    bench.settle()
    assert bench.calls.documents[0]["type"] == kind


def test_a_note_is_never_longer_than_the_api_takes() -> None:
    bench = Bench()
    bench.recorder.say(ReportReason.HAND_OVER_REFUSED, "x" * 5000)
    bench.settle()
    assert len(bench.calls.documents[0]["note"]) == 1024


def test_too_many_are_summed_up_later() -> None:
    bench = Bench()
    for _ in range(100):
        bench.recorder.transition(HELD)
    bench.settle()
    assert len(bench.calls.all) == 12
    wait_s = bench.recorder.turn()
    assert wait_s is not None
    assert 0 < wait_s <= 20
    bench.clock.now += 20
    bench.settle()
    assert len(bench.calls.all) == 13
    assert bench.calls.documents[-1]["reason"] == "EventsLeftOut"
    assert "HeldOff 88" in bench.calls.documents[-1]["note"]
    assert bench.recorder.turn() is None


@pytest.mark.parametrize("ending", [LOST, answered(500), answered(429)])
def test_one_that_was_not_taken_is_sent_again_by_the_same_name(ending: Ending) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: ending
    bench.recorder.transition(HELD)
    assert bench.recorder.turn() == 1.0
    assert bench.recorder.turn() == 1.0
    bench.clock.now += 1
    bench.calls.answer = lambda _: answered(409)
    bench.settle()
    assert bench.recorder.turn() is None
    first, second = bench.calls.documents
    assert first == second


def test_a_refusal_is_said_once_and_the_event_dropped(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: answered(403)
    for _ in range(3):
        bench.recorder.transition(HELD)
    bench.settle()
    assert len(bench.calls.all) == 3
    assert len(caplog.records) == 1
    assert "events.k8s.io" in str(vars(caplog.records[0]))


def test_while_the_api_is_out_of_reach_few_are_kept() -> None:
    bench = Bench()
    bench.calls.answer = lambda _: LOST
    for _ in range(200):
        bench.recorder.transition(HELD)
        bench.recorder.turn()
        bench.clock.now += 100
    bench.calls.answer = lambda _: answered(201)
    before = len(bench.calls.all)
    bench.clock.now += 100
    bench.settle()
    assert len(bench.calls.all) - before <= 51

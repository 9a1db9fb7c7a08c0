"""What a cluster says of itself on the membership object, and how often."""

from __future__ import annotations

import pytest

from forge_manager.kube.api_client import Answered, ApiRequest, Ending
from forge_manager.kube.resources import leases
from forge_manager.kube.troubles import Troubles
from forge_manager.multicluster.member_reporter import MemberReporter, MemberStatus
from forge_manager.multicluster.membership import MemberEntry, parse_entry
from tests.sidecar.control.manager import logged
from tests.sidecar.publish.scripted import LOST, Clock, ScriptedCalls, answered

SAID = MemberStatus(7, True, "pool-0")
KEY = "clusters.cardano.io/eu"


class Bench:
    """A writer, and a hub that has a board or not."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.said: MemberStatus | None = SAID
        self.clock = Clock()
        self.calls = ScriptedCalls(self.store)
        self.presence = MemberReporter(
            self.calls,
            leases("hub"),
            "the-board",
            cluster="eu",
            said=lambda: self.said,
            every_s=5.0,
            troubles=Troubles("board"),
            clock=self.clock,
            wall=lambda: 1000.0,
        )

    def store(self, call: ApiRequest) -> Ending:
        if call.verb == "create":
            self.there = True
            return answered(201, {"kind": "Lease"})
        return answered(200, {"kind": "Lease"}) if self.there else answered(404)

    def run(self, seconds: float = 0.0) -> None:
        """Turn until so much time has passed."""
        until = self.clock.now + seconds
        while True:
            wait_s = self.presence.turn()
            if wait_s is None or self.clock.now + wait_s > until:
                return
            self.clock.now += wait_s

    @property
    def entries(self) -> list[MemberEntry | None]:
        texts = [one["metadata"]["annotations"][KEY] for one in self.calls.documents]
        return [parse_entry(text) for text in texts]


def test_it_is_said_at_once_and_every_five_seconds_each_time_with_another_beat() -> None:
    bench = Bench()
    bench.run(seconds=10)
    assert bench.clock.now == 1010.0
    assert bench.entries == [MemberEntry(7, True, "pool-0", 1_000_000 + n) for n in range(3)]
    assert {(call.verb, call.name) for call in bench.calls.all} == {("patch", "the-board")}
    assert bench.calls.documents[0].keys() == {"metadata"}
    assert bench.calls.documents[0]["metadata"].keys() == {"annotations"}


def test_a_change_is_said_at_once() -> None:
    bench = Bench()
    bench.run()
    bench.said = MemberStatus(7, False, "pool-0")
    bench.run()
    assert [entry and entry.eligible for entry in bench.entries] == [True, False]


def test_who_does_not_speak_for_its_cluster_says_nothing_and_then_at_once() -> None:
    bench = Bench()
    bench.run()
    bench.said = None
    bench.run(seconds=60)
    assert bench.presence.turn() is None
    assert len(bench.calls.all) == 1
    bench.said = SAID
    bench.run()
    assert len(bench.calls.all) == 2


def test_a_board_that_is_missing_is_made() -> None:
    bench = Bench(there=False)
    bench.run(seconds=1)
    assert [call.verb for call in bench.calls.all] == ["patch", "create"]
    made = bench.calls.documents[1]
    assert (made["kind"], made["metadata"]["name"]) == ("Lease", "the-board")
    assert made["metadata"]["namespace"] == "hub"
    bench.run(seconds=5)
    assert bench.calls.all[-1].verb == "patch"


def test_a_board_that_another_made_meanwhile_is_used() -> None:
    bench = Bench(there=False)
    bench.calls.answer = lambda call: answered(409 if call.verb == "create" else 404)
    bench.run(seconds=1)
    bench.calls.answer = lambda _: answered(200, {"kind": "Lease"})
    bench.run(seconds=5)
    assert [call.verb for call in bench.calls.all][:3] == ["patch", "create", "patch"]


def test_a_404_of_a_proxy_makes_no_board() -> None:
    bench = Bench()
    bench.calls.answer = lambda _: Answered(404, b"<html>")
    bench.run(seconds=5)
    assert {call.verb for call in bench.calls.all} == {"patch"}


@pytest.mark.parametrize("ending", [LOST, answered(500), answered(403)])
def test_after_a_failure_it_waits_longer_but_never_longer_than_a_beat(ending: Ending) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: ending
    waits = []
    for _ in range(6):
        waits.append(bench.presence.turn())
        bench.clock.now += waits[-1] or 0
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_403_names_the_rule_that_is_missing_in_the_hub(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.calls.answer = lambda _: answered(403)
    bench.run()
    assert "verbs [patch], resourceNames [the-board]" in logged(caplog)


def test_what_changes_all_the_time_is_not_written_all_the_time() -> None:
    bench = Bench()
    for number in range(200):
        bench.said = MemberStatus(7, number % 2 == 0, "pool-0")
        bench.presence.turn()
        bench.clock.now += 0.05
    assert len(bench.calls.all) <= 6 + 10

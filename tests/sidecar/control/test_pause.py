"""How long control waits: a standby seldom looks, and nothing that time brings comes late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.moment import MILLISECOND, SECOND, Moment
from forge_manager.control.observer import Observation
from forge_manager.control.pause import FORGING_NS, ROUND_NS, STANDBY_NS, pause_ns
from forge_manager.election.messages import ElectionReason, LeaseView, Proof
from forge_manager.election.terms import Terms
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Heartbeat
from forge_manager.forging.actions import PutKeysLive
from forge_manager.forging.decision import Decision, Transition
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.forging.situation import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW_NS = 100 * SECOND
SEEN = Observation(Node(), None, LiveKeys.NONE, checked=True, checked_name="s", guard=None)
DECISION = Decision(
    actions=(),
    intents=(),
    successor="",
    counter=None,
    transitions=(),
    obstacle=None,
    fit=True,
    leap=None,
    node_may_live=True,
    handed_over=True,
    scrape_within_ns=SECOND,
    reloaded="",
)
HELD = LeaseView(
    proof=None,
    ours=False,
    holder="bp-1_u",
    obstacle=ElectionReason.LEASE_HELD,
    lost=ElectionReason.LEASE_NOT_SEEN,
    asks_at_ns=NOW_NS + 4 * SECOND,
)


def pause(
    *leases: LeaseView,
    phase: Phase = Phase.STANDBY,
    decision: Decision = DECISION,
    live: LiveKeys = LiveKeys.NONE,
    scraped_ns: int | None = NOW_NS,
    beat_ns: int | None = NOW_NS,
) -> int:
    found: Sequence[LeaseView] = leases or (HELD,)
    beat = None if beat_ns is None else Heartbeat("b", beat_ns, None)
    seen = replace(SEEN, live=live, guard=beat)
    return pause_ns(NOW_NS, phase, decision, seen, found, scraped_ns=scraped_ns)


def test_a_standby_that_waits_for_news_looks_once_a_second() -> None:
    assert pause() == STANDBY_NS == SECOND
    assert pause(HELD, HELD) == STANDBY_NS
    assert pause(scraped_ns=None) == STANDBY_NS
    assert ROUND_NS == 50 * MILLISECOND


def test_without_a_cluster_as_well() -> None:
    found = pause_ns(NOW_NS, Phase.STANDBY, DECISION, SEEN, (), scraped_ns=NOW_NS)
    assert found == STANDBY_NS


def ours(sent_ns: int = NOW_NS, asks_at_ns: int = NOW_NS + SECOND) -> LeaseView:
    proof = Proof(Moment(sent_ns, 0), Terms(), "t")
    return replace(HELD, ours=True, proof=proof, asks_at_ns=asks_at_ns)


def test_a_leader_looks_twice_a_second() -> None:
    forging = Phase.FORGING
    assert pause(ours(), phase=forging, live=LiveKeys.ALL) == FORGING_NS == 500 * MILLISECOND
    assert pause(ours(), ours(), phase=forging) == FORGING_NS


def test_what_a_leader_lives_by_is_renewed_and_missed_in_time() -> None:
    forging, soon_ns = Phase.FORGING, 30 * MILLISECOND
    ends_ns = NOW_NS - 10 * SECOND
    for soon in (ours(asks_at_ns=NOW_NS + soon_ns), ours(ends_ns + soon_ns)):
        assert pause(soon, phase=forging) == pause(ours(), soon, phase=forging) == soon_ns
    assert pause(ours(asks_at_ns=NOW_NS), phase=forging) == ROUND_NS
    assert pause(ours(ends_ns), phase=forging) == ROUND_NS
    silent_ns = NOW_NS - 2 * SECOND
    assert pause(ours(), phase=forging, beat_ns=silent_ns + soon_ns) == soon_ns
    assert pause(ours(), phase=forging, beat_ns=None) == ROUND_NS
    assert pause(ours(), HELD, phase=forging) == ROUND_NS
    assert pause(replace(ours(), shared=True), phase=forging) == ROUND_NS


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.STANDBY, Phase.FORGING}))
def test_in_every_other_phase_it_looks_twenty_times(phase: Phase) -> None:
    assert pause(phase=phase) == pause(ours(), phase=phase) == ROUND_NS


def test_with_something_to_do_it_does() -> None:
    change = Transition(Phase.SWITCHING_OFF, Phase.STANDBY, ForgingReason.OFF_CONFIRMED)
    assert pause(decision=replace(DECISION, actions=(PutKeysLive(),))) == ROUND_NS
    assert pause(decision=replace(DECISION, transitions=(change,))) == ROUND_NS
    acting = replace(DECISION, actions=(PutKeysLive(),))
    assert pause(ours(), phase=Phase.FORGING, decision=acting) == ROUND_NS
    for live in set(LiveKeys) - {LiveKeys.NONE}:
        assert pause(live=live) == ROUND_NS


def test_what_an_elector_asks_is_not_late() -> None:
    free = replace(HELD, holder="", obstacle=None, asks_at_ns=0)
    assert pause(free) == pause(HELD, free) == ROUND_NS
    assert pause(replace(HELD, ours=True)) == ROUND_NS
    soon = replace(HELD, asks_at_ns=NOW_NS + 7)
    assert pause(soon) == pause(HELD, soon) == 7
    assert pause(replace(HELD, asks_at_ns=NOW_NS)) == ROUND_NS
    awaits_an_answer = replace(free, asks_at_ns=NOW_NS + 2 * SECOND)
    assert pause(awaits_an_answer) == STANDBY_NS


def test_no_scrape_is_late() -> None:
    assert pause(scraped_ns=NOW_NS - 800 * MILLISECOND) == 200 * MILLISECOND
    assert pause(scraped_ns=NOW_NS - 980 * MILLISECOND) == 20 * MILLISECOND
    assert pause(scraped_ns=NOW_NS - SECOND) == ROUND_NS  # one goes on
    often = replace(DECISION, scrape_within_ns=50 * MILLISECOND)
    assert pause(decision=often) == ROUND_NS

"""What a round says to the outside: who leads, what the node says, what keeps a standby waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.control.published import published
from forge_manager.control.status import ForgingState
from forge_manager.election.messages import ElectionReason, LeaseView, Proof
from forge_manager.election.terms import Terms
from forge_manager.forging.cluster_permission import (
    PERMITTED,
    ClusterPermission,
    ClusterReason,
)
from forge_manager.forging.context import SCRAPE_SILENCE_NS
from forge_manager.forging.decision import Decision
from forge_manager.forging.phases import Obstacle, Phase
from forge_manager.forging.situation import Scrape
from forge_manager.node.process import NodeProcess

NOW = Moment(1000 * SECOND, 1000 * SECOND)
PROOF = Proof(NOW, Terms(15, 10, 2), "u/1/2")
HELD = LeaseView(None, False, "bp-1/u", ElectionReason.LEASE_HELD, ElectionReason.LEASE_NOT_SEEN)
OURS = replace(HELD, proof=PROOF, ours=True, holder="bp-0/u", obstacle=None)
HUB_HELD = replace(HELD, shared=True, holder="west/bp-0/u")
FREE = replace(HELD, holder="", obstacle=None)
DECISION = Decision((), (), "", None, (), None, True, None, True, False, 0, "")
DISABLED = ClusterPermission(permitted=False, why=ClusterReason.DISABLED)


def said(
    *leases: LeaseView,
    phase: Phase = Phase.STANDBY,
    decision: Decision = DECISION,
    permission: ClusterPermission = PERMITTED,
    scrape: Scrape | None = None,
) -> ForgingState:
    return published(
        NOW, phase, decision, leases, permission, scrape=scrape, why="NodeUp", cause="of it"
    )


@pytest.mark.parametrize(
    ("leases", "why"),
    [
        ((), "NobodyIsElected"),
        ((HELD,), "LeaseHeld"),
        ((OURS, HELD), "LeaseHeld"),
        ((OURS, HUB_HELD), "HubLeaseHeld"),
        ((FREE, HUB_HELD), "NodeUp"),  # the own one first
        ((HELD, HUB_HELD), "LeaseHeld"),
        ((OURS,), "NodeUp"),
        ((OURS, replace(OURS, shared=True)), "NodeUp"),
    ],
)
def test_a_standby_says_what_keeps_it_from_leading(leases: tuple[LeaseView, ...], why: str) -> None:
    assert said(*leases).why == why


def test_its_own_obstacle_comes_first_and_its_cluster_s_before_the_hub_s() -> None:
    behind = replace(DECISION, obstacle=Obstacle.BACKING_OFF)
    assert said(HELD, decision=behind).why == "BackingOff"
    assert said(OURS, HUB_HELD, permission=DISABLED).why == "ClusterDisabled"
    assert said(HELD, HUB_HELD, permission=DISABLED).why == "LeaseHeld"


def test_beyond_standby_the_last_transition_is_said_with_its_cause() -> None:
    forging = said(HELD, phase=Phase.SWITCHING_OFF)
    assert (forging.why, forging.cause) == ("NodeUp", "of it")
    assert said(HELD).cause == ""


def test_it_leads_when_every_lease_suffices() -> None:
    assert said(OURS).leading
    assert said(OURS, replace(OURS, shared=True)).leading
    assert said(OURS, replace(HUB_HELD, waived=True)).leading
    assert not said(OURS, HUB_HELD).leading
    assert not said().leading


def test_what_it_is_in_its_own_cluster_does_not_ask_the_hub() -> None:
    assert said(OURS, HUB_HELD).local
    assert not said(OURS, HELD).local
    assert not said().local


def test_the_holder_is_that_of_the_last_own_lease_that_names_one() -> None:
    assert said(HELD, OURS, HUB_HELD).holder == "bp-0/u"
    assert said(HELD, FREE).holder == "bp-1/u"
    assert said(HELD, HUB_HELD).hub_holder == "west/bp-0/u"
    assert said(HELD).hub_holder == ""


@pytest.mark.parametrize(
    ("metric", "age_ns", "phase", "forging"),
    [
        (1, 0, Phase.FORGING, True),
        (0, 0, Phase.FORGING, False),
        (1, SCRAPE_SILENCE_NS, Phase.FORGING, True),
        (1, SCRAPE_SILENCE_NS + 1, Phase.FORGING, None),
        (None, 0, Phase.FORGING, None),
        (None, 0, Phase.STANDBY, False),
    ],
)
def test_the_node_s_word_counts_while_it_is_fresh(
    metric: int | None, age_ns: int, phase: Phase, forging: bool | None
) -> None:
    at_ns = NOW.boot_ns - age_ns
    scrape = Scrape(NodeProcess(7, 1), at_ns, at_ns, metric)
    assert said(OURS, phase=phase, scrape=scrape).forging is forging


def test_without_an_answer_nothing_is_known_of_the_node() -> None:
    assert said(OURS, phase=Phase.FORGING).forging is None

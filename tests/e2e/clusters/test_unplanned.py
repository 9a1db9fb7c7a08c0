"""What nobody has planned: replaced within the hub's lease, never two forgers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.hub import LEASE_S
from tests.e2e.framework.region import HAND_BACK_S, TAKEOVER_S

if TYPE_CHECKING:
    from tests.e2e.framework.two_clusters import TwoClustersCase

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]

REPLACED_S = LEASE_S + 2
AWAY_S = 120
#: Nothing can stop a process of a machine that resumes before it runs again.
TWO_AT_MOST_S = 0.2
LONG_S = TAKEOVER_S + HAND_BACK_S + 5


def test_active_cluster_paused_and_resumed(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    with east.paused():
        case.wait_for_forger_in(west)
        case.watch(LONG_S)
    case.watch(5)
    case.wait_for_forger_in(east)
    case.watch(3)
    case.judge(none_below_s=REPLACED_S, two_at_most_s=TWO_AT_MOST_S)


def test_active_cluster_cut_off_from_the_hub(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    with east.cut_off(case.two_clusters.hub.address):
        case.wait_for_forger_in(west)
        case.watch(LONG_S)
        assert not east.journal.forgers(), case.history()
    case.wait_for_forger_in(east)
    case.watch(3)
    case.judge(none_below_s=REPLACED_S)


def test_waiting_cluster_cut_off_from_the_hub(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    with west.cut_off(case.two_clusters.hub.address):
        case.watch(LONG_S + LEASE_S)
    case.watch(LEASE_S)
    assert case.forged_in() == {east.name}, case.history()
    case.judge(none_below_s=1)


def test_hub_stopped_for_two_minutes(case: TwoClustersCase) -> None:
    hub = case.two_clusters.hub
    with hub.server.stopped():
        case.watch(AWAY_S, meanwhile=hub.server.kill)
        nobody_forges(case)
    forges_again_soon(case)


def test_hub_silent_for_two_minutes(case: TwoClustersCase) -> None:
    """Its machine stands still: it refuses nothing and answers nothing."""
    with case.two_clusters.hub.machine.paused():
        case.watch(AWAY_S)
        nobody_forges(case)
    forges_again_soon(case)


def nobody_forges(case: TwoClustersCase) -> None:
    """The holder's lease has run out, and nobody can have taken it."""
    assert not case.two_clusters.journal.forgers(), case.history()


def forges_again_soon(case: TwoClustersCase) -> None:
    back = datetime.now(UTC)
    case.wait_for_forger()
    took_s = (datetime.now(UTC) - back).total_seconds()
    case.note(f"a forger {took_s:.1f} s after its return")
    case.wait_for_forger_in(case.two_clusters.east)
    case.watch(LONG_S)
    case.judge(none_below_s=None)
    assert took_s < REPLACED_S, case.history()

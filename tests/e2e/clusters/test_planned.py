"""What is planned, or known in time: the right to forge moves in under two seconds, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.region import HAND_BACK_S, TAKEOVER_S

if TYPE_CHECKING:
    from tests.e2e.framework.two_clusters import TwoClustersCase

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

MOVED_S = 2
OVERRIDDEN_S = 30
#: Long enough for what would take over or hand back if something were to.
LONG_S = TAKEOVER_S + HAND_BACK_S + 5


def test_priority_changed(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    with west.prioritised(east.priority - 1):
        case.wait_for_forger_in(west)
    case.wait_for_forger_in(east)
    case.watch(3)
    case.judge(none_below_s=MOVED_S)


def test_override_with_expiry(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    expiry = datetime.now(UTC) + timedelta(seconds=OVERRIDDEN_S)
    with east.overridden(
        reason="maintenance",
        forceState="Disabled",
        expiresAt=expiry.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ):
        case.wait_for_forger_in(west)
        case.wait_for_forger_in(east)  # while it still stands there
        back = datetime.now(UTC)
    assert back >= expiry, case.history()
    case.watch(3)
    case.judge(none_below_s=MOVED_S)


def test_override_without_expiry(case: TwoClustersCase) -> None:
    """It holds until it is removed: of the state, then of the priority."""
    east, west = case.two_clusters.regions
    for region, override in (
        (east, {"reason": "maintenance", "forceState": "Disabled"}),
        (west, {"reason": "rehearsal", "forcePriority": east.priority - 1}),
    ):
        with region.overridden(**override):
            case.wait_for_forger_in(west)
            case.watch(LONG_S)
            assert not east.journal.forgers(), case.history()
        case.wait_for_forger_in(east)
    case.watch(3)
    case.judge(none_below_s=MOVED_S)


def test_health_check_failing_and_recovering(case: TwoClustersCase) -> None:
    east, west = case.two_clusters.regions
    with east.health.failing():
        case.wait_for_forger_in(west)
        case.watch(LONG_S)
        assert not east.journal.forgers(), case.history()
    case.wait_for_forger_in(east)
    case.watch(3)
    case.judge(none_below_s=MOVED_S)


def test_leader_deleted_inside_the_active_cluster(case: TwoClustersCase) -> None:
    east = case.two_clusters.east
    east.namespace.run("delete", "pod", case.leader.pod, "--wait=false")
    case.wait_for_forger_in(east, other_than=case.leader.run)
    case.watch(LONG_S)
    assert case.forged_in() == {east.name}, case.history()
    case.judge(none_below_s=MOVED_S)

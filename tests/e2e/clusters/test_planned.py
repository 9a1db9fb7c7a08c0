"""What is planned, or known in time: the right to forge moves in under two seconds, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.region import HAND_BACK_S, TAKEOVER_S

if TYPE_CHECKING:
    from tests.e2e.framework.pair import PairScene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

MOVED_S = 2
OVERRIDDEN_S = 30
#: Long enough for what would take over or hand back if something were to.
LONG_S = TAKEOVER_S + HAND_BACK_S + 5


def test_priority_changed(scene: PairScene) -> None:
    east, west = scene.pair.regions
    with west.prioritised(east.priority - 1):
        scene.wait_for_forger_in(west)
    scene.wait_for_forger_in(east)
    scene.watch(3)
    scene.judge(none_below_s=MOVED_S)


def test_override_with_expiry(scene: PairScene) -> None:
    east, west = scene.pair.regions
    expiry = datetime.now(UTC) + timedelta(seconds=OVERRIDDEN_S)
    with east.overridden(
        reason="maintenance",
        forceState="Disabled",
        expiresAt=expiry.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ):
        scene.wait_for_forger_in(west)
        scene.wait_for_forger_in(east)  # while it still stands there
        back = datetime.now(UTC)
    assert back >= expiry, scene.history()
    scene.watch(3)
    scene.judge(none_below_s=MOVED_S)


def test_override_without_expiry(scene: PairScene) -> None:
    """It holds until it is removed: of the state, then of the priority."""
    east, west = scene.pair.regions
    for region, override in (
        (east, {"reason": "maintenance", "forceState": "Disabled"}),
        (west, {"reason": "rehearsal", "forcePriority": east.priority - 1}),
    ):
        with region.overridden(**override):
            scene.wait_for_forger_in(west)
            scene.watch(LONG_S)
            assert not east.witness.forgers(), scene.history()
        scene.wait_for_forger_in(east)
    scene.watch(3)
    scene.judge(none_below_s=MOVED_S)


def test_health_check_failing_and_recovering(scene: PairScene) -> None:
    east, west = scene.pair.regions
    with east.health.failing():
        scene.wait_for_forger_in(west)
        scene.watch(LONG_S)
        assert not east.witness.forgers(), scene.history()
    scene.wait_for_forger_in(east)
    scene.watch(3)
    scene.judge(none_below_s=MOVED_S)


def test_leader_deleted_inside_the_active_cluster(scene: PairScene) -> None:
    east = scene.pair.east
    east.namespace.run("delete", "pod", scene.leader.pod, "--wait=false")
    scene.wait_for_forger_in(east, other_than=scene.leader.run)
    scene.watch(LONG_S)
    assert scene.forged_in() == {east.name}, scene.history()
    scene.judge(none_below_s=MOVED_S)

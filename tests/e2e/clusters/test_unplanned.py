"""What nobody has planned: replaced within the hub's lease, never two forgers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.hub import LEASE_S
from tests.e2e.framework.region import HAND_BACK_S, TAKEOVER_S

if TYPE_CHECKING:
    from tests.e2e.framework.pair import PairScene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]

REPLACED_S = LEASE_S + 2
AWAY_S = 120
#: Nothing can stop a process of a machine that resumes before it runs again.
TWO_AT_MOST_S = 0.2
LONG_S = TAKEOVER_S + HAND_BACK_S + 5


def test_active_cluster_paused_and_resumed(scene: PairScene) -> None:
    east, west = scene.pair.regions
    with east.paused():
        scene.wait_for_forger_in(west)
        scene.watch(LONG_S)
    scene.watch(5)
    scene.wait_for_forger_in(east)
    scene.watch(3)
    scene.judge(none_below_s=REPLACED_S, two_at_most_s=TWO_AT_MOST_S)


def test_active_cluster_cut_off_from_the_hub(scene: PairScene) -> None:
    east, west = scene.pair.regions
    with east.cut_off(scene.pair.hub.address):
        scene.wait_for_forger_in(west)
        scene.watch(LONG_S)
        assert not east.witness.forgers(), scene.history()
    scene.wait_for_forger_in(east)
    scene.watch(3)
    scene.judge(none_below_s=REPLACED_S)


def test_waiting_cluster_cut_off_from_the_hub(scene: PairScene) -> None:
    east, west = scene.pair.regions
    with west.cut_off(scene.pair.hub.address):
        scene.watch(LONG_S + LEASE_S)
    scene.watch(LEASE_S)
    assert scene.forged_in() == {east.name}, scene.history()
    scene.judge(none_below_s=1)


def test_hub_stopped_for_two_minutes(scene: PairScene) -> None:
    hub = scene.pair.hub
    with hub.server.stopped():
        scene.watch(AWAY_S, meanwhile=hub.server.kill)
        nobody_forges(scene)
    forges_again_soon(scene)


def test_hub_silent_for_two_minutes(scene: PairScene) -> None:
    """Its machine stands still: it refuses nothing and answers nothing."""
    with scene.pair.hub.machine.paused():
        scene.watch(AWAY_S)
        nobody_forges(scene)
    forges_again_soon(scene)


def nobody_forges(scene: PairScene) -> None:
    """The holder's lease has run out, and nobody can have taken it."""
    assert not scene.pair.witness.forgers(), scene.history()


def forges_again_soon(scene: PairScene) -> None:
    back = datetime.now(UTC)
    scene.wait_for_forger()
    took_s = (datetime.now(UTC) - back).total_seconds()
    scene.note(f"a forger {took_s:.1f} s after its return")
    scene.wait_for_forger_in(scene.pair.east)
    scene.watch(LONG_S)
    scene.judge(none_below_s=None)
    assert took_s < REPLACED_S, scene.history()

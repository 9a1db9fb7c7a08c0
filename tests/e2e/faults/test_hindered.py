"""A leader that cannot write its files, cannot log, or whose node answers late: it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.manager_page import metric
from tests.e2e.framework.replica import Part
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: Shorter than a lease lasts: something to say for who keeps it.
CUT_S = 5
PAGE_S = 4
LOST = "cardano_forge_manager_log_lines_lost_total"


def test_leaders_state_volume_filled(scene: Scene) -> None:
    with scene.leader.state_volume_filled():
        scene.watch(LEASE_S + 5)
    scene.watch(LEASE_S + 5)
    scene.judge(none_below_s=LEASE_S + 1)


def test_leaders_state_volume_filled_and_the_pod_deleted(scene: Scene) -> None:
    with scene.leader.state_volume_filled():
        faults.delete(scene)
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(8)
    scene.judge(none_below_s=2)


def test_leaders_state_volume_filled_and_the_leader_cut_off(scene: Scene) -> None:
    with scene.leader.state_volume_filled(), scene.leader.cut_off():
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(LEASE_S)
    scene.watch(10)
    scene.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("part", [Part.MANAGER, Part.GUARD], ids=lambda part: part.name.lower())
def test_nobody_takes_what_the_leader_logs(part: Part, scene: Scene) -> None:
    with scene.leader.log_blocked(part):
        with scene.leader.cut_off():
            scene.watch(CUT_S)
        scene.watch(LEASE_S + 5)
    scene.watch(5)
    if part is Part.MANAGER:  # there was something to say, and nobody to read it
        assert metric(scene.namespace, scene.leader, LOST) > 0
    scene.judge(none_below_s=1)


def test_leaders_page_of_metrics_slowed(scene: Scene) -> None:
    with scene.leader.page_slowed(PAGE_S):
        scene.watch(LEASE_S + 5)
    scene.watch(5)
    scene.judge(none_below_s=1)

"""What is planned, and a node that ends by itself: none forges for under a second at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


def test_rolling_update(scene: Scene) -> None:
    scene.trio.deployment.upgrade({"podAnnotations": {"test/since": scene.since.isoformat()}})
    scene.wait_until_rolled_out()
    scene.judge(none_below_s=1)


def test_leader_deleted(scene: Scene) -> None:
    faults.delete(scene)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(8)
    scene.judge(none_below_s=1)


def test_leaders_machine_drained(scene: Scene) -> None:
    with faults.drained(scene):
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(5)
    scene.judge(none_below_s=1)


def test_leaders_node_killed(scene: Scene) -> None:
    faults.kill(scene, Part.NODE)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(8)
    scene.judge(none_below_s=1)

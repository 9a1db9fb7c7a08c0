"""Three replicas, one forger, by the stand-ins' own journals (all faults: tests/e2e/faults)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.replica import Part
from tests.e2e.framework.scenarios import first_start, restart_node
from tests.e2e.framework.trio import LEASE, LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

pytestmark = [pytest.mark.timeout(300), pytest.mark.timed]


def test_of_three_replicas_one_forges_from_the_first_start_on(trios: Trios) -> None:
    scene = first_start(trios)
    # These nodes start quicker than a Lease that is seen for the first time is waited for.
    scene.judge(none_below_s=LEASE_S + 1)
    namespace = scene.namespace
    lease = json.loads(namespace.run("get", "lease", LEASE, "--output=json"))
    assert lease["spec"]["holderIdentity"].startswith(f"{scene.leader.pod}_")
    for pod in namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}


def test_a_deleted_leader_hands_over(scene: Scene) -> None:
    faults.delete(scene)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(2)
    scene.judge(none_below_s=1)


def test_a_leader_whose_node_is_killed_gives_the_lease_up_at_once(scene: Scene) -> None:
    faults.kill(scene, Part.NODE)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(2)
    scene.judge(none_below_s=1)


def test_a_leader_whose_manager_is_stopped_is_followed_when_its_lease_ends(scene: Scene) -> None:
    with scene.leader.stopped(Part.MANAGER):
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(1)
    scene.watch(2)
    scene.judge(none_below_s=LEASE_S + 1)


def test_a_leader_cut_off_from_the_api_server_is_followed_when_its_lease_ends(
    scene: Scene,
) -> None:
    with scene.leader.cut_off():
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(1)
    scene.watch(2)
    scene.judge(none_below_s=LEASE_S + 1)


def test_a_standbys_node_starts_again_however_often_it_ends(scene: Scene) -> None:
    restart_node(scene, scene.standbys[0], times=3)
    scene.judge(none_below_s=1)
    assert {line.run for line in scene.lines() if line.event == "tick"} == {scene.leader.run}

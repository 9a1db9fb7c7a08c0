"""What is planned, and a standby's node that restarts, beside the node of each version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.scenarios import restart_node
from tests.e2e.versions.kinds import NARROWEST, VERSIONS, beside
from timeline.observations import NODE

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

#: Seconds in which a standby is left alone, to see what its node has to say.
QUIET_S = 600
STALL_S = 20

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]


def only_the_leader_forged(scene: Scene) -> None:
    assert {line.run for line in scene.lines() if line.event == "tick"} == {scene.leader.run}


@beside(VERSIONS)
def test_hand_over(scene: Scene) -> None:
    named = scene.standbys[0]
    faults.hand_over(scene, named)
    assert scene.wait_for_forger(other_than=scene.leader.run) == named.run
    scene.watch(3)
    scene.judge(none_below_s=1)


@beside(VERSIONS)
def test_rotation(scene: Scene) -> None:
    rotation = Rotation.begin(scene)
    rotation.deliver_to_all()
    rotation.judge(none_below_s=1)


@beside(VERSIONS)
def test_restarts_of_a_standbys_node(scene: Scene) -> None:
    restart_node(scene, scene.standbys[0], times=3)
    scene.judge(none_below_s=1)
    only_the_leader_forged(scene)


@beside(NARROWEST)
def test_a_node_that_stalls_for_twenty_seconds_is_not_killed(scene: Scene) -> None:
    before = node_restarts(scene)
    faults.stall(scene, seconds=STALL_S)
    scene.watch(5)
    assert node_restarts(scene) == before
    scene.judge(none_below_s=STALL_S + 2)
    only_the_leader_forged(scene)


def node_restarts(scene: Scene) -> dict[str, int]:
    pods = scene.namespace.items("pods")
    return {pod["metadata"]["name"]: restarts(pod)[NODE] for pod in pods}


@pytest.mark.timeout(QUIET_S + 300)
@beside(NARROWEST)
def test_a_standbys_log_has_no_line_that_our_checks_cause(scene: Scene) -> None:
    standby, since = scene.standbys[0], datetime.now(UTC) + timedelta(seconds=1)
    scene.watch(QUIET_S)
    at = since.isoformat(timespec="seconds").replace("+00:00", "Z")
    said = scene.namespace.run("logs", standby.pod, f"--container={NODE}", f"--since-time={at}")
    scene.note(f"{len(said.splitlines())} lines in {QUIET_S} s")
    assert said == ""

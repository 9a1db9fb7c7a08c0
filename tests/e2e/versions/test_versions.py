"""What is planned, and a standby's node that restarts, beside the node of each version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.scenarios import first_start, restart_node
from timeline.observations import NODE

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

VERSIONS = ["10.6", "10.7.0", "10.7.1", "11.0", "11.1"]
#: Seconds in which a standby is left alone, to see what its node has to say.
QUIET_S = 600
_LONGEST_WAIT_FOR_A_NEW_LEASE_S = 16

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]
each_version = pytest.mark.parametrize(
    "trios", [{"NODE_VERSION": each} for each in VERSIONS], ids=VERSIONS, indirect=True
)


@each_version
def test_first_start(trios: Trios) -> None:
    scene = first_start(trios)
    scene.judge(none_below_s=_LONGEST_WAIT_FOR_A_NEW_LEASE_S)
    for pod in scene.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}


@pytest.mark.parametrize(
    "trios",
    [{"STANDIN_IGNORE_START_AS_NON_PRODUCING": "true"}],
    ids=["an image that ignores the variable"],
    indirect=True,
)
def test_first_start_by_the_configuration_alone(trios: Trios) -> None:
    scene = first_start(trios)
    scene.judge(none_below_s=_LONGEST_WAIT_FOR_A_NEW_LEASE_S)
    for pod in scene.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}


@each_version
def test_hand_over(scene: Scene) -> None:
    named = scene.standbys[0]
    faults.hand_over(scene, named)
    assert scene.wait_for_forger(other_than=scene.leader.run) == named.run
    scene.watch(3)
    scene.judge(none_below_s=1)


@each_version
def test_rotation(scene: Scene) -> None:
    rotation = Rotation.begin(scene)
    rotation.deliver_to(scene.leader)
    assert rotation.wait_until_forging_with_it().run == scene.leader.run
    for standby in scene.standbys:
        rotation.deliver_to(standby)
    rotation.judge(none_below_s=1)


@each_version
def test_restarts_of_a_standbys_node(scene: Scene) -> None:
    restart_node(scene, scene.standbys[0], times=3)
    scene.judge(none_below_s=1)
    assert {line.run for line in scene.lines() if line.event == "tick"} == {scene.leader.run}


@pytest.mark.parametrize("trios", [{"NODE_VERSION": "10.7.0"}], ids=["10.7.0"], indirect=True)
def test_a_node_that_stalls_for_twenty_seconds_is_not_killed(scene: Scene) -> None:
    before = {pod["metadata"]["name"]: restarts(pod)[NODE] for pod in scene.namespace.items("pods")}
    faults.stall(scene, seconds=20)
    scene.watch(5)
    after = {pod["metadata"]["name"]: restarts(pod)[NODE] for pod in scene.namespace.items("pods")}
    assert after == before
    scene.judge(none_below_s=22)
    assert {line.run for line in scene.lines() if line.event == "tick"} == {scene.leader.run}


@pytest.mark.timeout(QUIET_S + 300)
@pytest.mark.parametrize("trios", [{"NODE_VERSION": "10.7.0"}], ids=["10.7.0"], indirect=True)
def test_a_standbys_log_has_no_line_that_our_checks_cause(scene: Scene) -> None:
    standby, since = scene.standbys[0], datetime.now(UTC) + timedelta(seconds=1)
    scene.watch(QUIET_S)
    at = since.isoformat(timespec="seconds").replace("+00:00", "Z")
    said = scene.namespace.run("logs", standby.pod, f"--container={NODE}", f"--since-time={at}")
    scene.note(f"{len(said.splitlines())} lines in {QUIET_S} s")
    assert said == ""

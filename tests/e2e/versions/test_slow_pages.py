"""Answers that take long or are few: what is planned holds, takes longer, and no node is killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.scenarios import first_start

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

KINDS = {
    "0.25 s": {"STANDIN_METRICS_SECONDS": "0.25"},
    "1 s": {"STANDIN_METRICS_SECONDS": "1"},
    "1.9 s": {"STANDIN_METRICS_SECONDS": "1.9"},
    "closes each time": {"STANDIN_METRICS_CLOSE": "true"},
}
#: A Lease that is seen for the first time is waited for, and three answers are.
_LONGEST_START_S = 26
#: The scrape under way, three answers, and as many on the other side.
_LONGEST_CHANGE_S = 20

pytestmark = [
    pytest.mark.timed,
    pytest.mark.timeout(900),
    pytest.mark.parametrize("trios", KINDS.values(), ids=KINDS, indirect=True),
]


def no_container_restarted(scene: Scene) -> None:
    for pod in scene.namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}, scene.history()


def test_first_start(trios: Trios) -> None:
    scene = first_start(trios)
    scene.judge(none_below_s=_LONGEST_START_S)
    no_container_restarted(scene)


def test_hand_over(scene: Scene) -> None:
    named = scene.standbys[0]
    faults.hand_over(scene, named)
    assert scene.wait_for_forger(other_than=scene.leader.run) == named.run
    scene.watch(10)
    scene.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(scene)


def test_rotation(scene: Scene) -> None:
    rotation = Rotation.begin(scene)
    rotation.deliver_to(scene.leader)
    assert rotation.wait_until_forging_with_it().run == scene.leader.run
    for standby in scene.standbys:
        rotation.deliver_to(standby)
    rotation.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(scene)

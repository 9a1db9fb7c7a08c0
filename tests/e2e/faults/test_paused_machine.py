"""The leader's machine stands still and goes on, as a guest that its host suspends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: Nothing can stop a process of a machine that resumes before it runs again.
TWO_AT_MOST_S = 0.2


@pytest.fixture
def scene(trios: Trios) -> Scene:
    return trios.present().settled_with_leader_on_a_worker()


def test_leaders_machine_paused_and_resumed(scene: Scene) -> None:
    with scene.leader.machine.paused():
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(5)
    scene.watch(10)
    scene.judge(none_below_s=LEASE_S + 1, two_at_most_s=TWO_AT_MOST_S)

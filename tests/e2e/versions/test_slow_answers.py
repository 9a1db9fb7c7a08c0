"""Answers that take long or are few: what is planned holds, takes longer, and nobody is killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.rotation import Rotation
from tests.e2e.versions.kinds import SLOW, beside
from tests.e2e.versions.test_first_start import no_container_restarted

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

#: The scrape under way, three answers, and as many on the other side.
_LONGEST_CHANGE_S = 20

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900), beside(SLOW)]


def test_hand_over(scene: Scene) -> None:
    named = scene.standbys[0]
    faults.hand_over(scene, named)
    assert scene.wait_for_forger(other_than=scene.leader.run) == named.run
    scene.watch(10)
    scene.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(scene)


def test_rotation(scene: Scene) -> None:
    rotation = Rotation.begin(scene)
    rotation.deliver_to_all()
    rotation.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(scene)

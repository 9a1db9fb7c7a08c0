"""One Secret, three kubelets that bring it at different times; the judge is the nodes' journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults

if TYPE_CHECKING:
    from tests.e2e.framework.rotation import Rotation
    from tests.e2e.framework.scene import Scene

LONGEST_FOLLOWING_S = 3

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


def test_the_leader_gets_it_first(scene: Scene, rotation: Rotation) -> None:
    rotation.deliver_to_all()
    scene.watch(3)
    rotation.judge(none_below_s=1)
    assert {use.run for use in rotation.uses()} == {scene.leader.run}


def test_a_standby_gets_it_first(scene: Scene, rotation: Rotation) -> None:
    first, last = scene.standbys
    rotation.deliver_to(first)
    scene.watch(5)
    rotation.assert_undelivered(scene.leader, last)
    # Nothing is given up for it: the leader's certificate is good.
    assert {(use.run, use.counter) for use in rotation.uses()} == {
        (scene.leader.run, rotation.older)
    }
    rotation.deliver_to(scene.leader)
    rotation.wait_until_forging_with_it()
    rotation.deliver_to(last)
    scene.watch(3)
    rotation.judge(none_below_s=1)


def test_the_leader_is_deleted_when_a_standby_has_it(scene: Scene, rotation: Rotation) -> None:
    first, last = scene.standbys
    rotation.deliver_to(first)
    rotation.assert_undelivered(scene.leader, last)
    faults.delete(scene)
    scene.wait_for_forger(other_than=scene.leader.run)
    rotation.deliver_to(last)
    rotation.wait_until_forging_with_it()
    scene.watch(3)
    rotation.judge(none_below_s=1)


def test_the_leader_is_deleted_when_it_alone_has_it(scene: Scene, rotation: Rotation) -> None:
    """Then nobody may follow until somebody has it, too: blocks under the older one are refused."""
    rotation.deliver_to(scene.leader)
    rotation.wait_until_forging_with_it()
    rotation.assert_undelivered(*scene.standbys)
    faults.delete(scene)
    scene.wait_until_gone(scene.leader)
    scene.watch(3)
    rotation.assert_undelivered(*scene.standbys)
    assert scene.trio.witness.forgers() == set()
    first, last = scene.standbys
    delivered = rotation.deliver_to(first)
    scene.wait_for_forger(other_than=scene.leader.run)
    rotation.deliver_to(last)
    scene.watch(3)
    rotation.judge(none_below_s=None)
    followed = next(use.at for use in rotation.uses() if use.run != scene.leader.run)
    scene.note(f"followed {(followed - delivered).total_seconds():.1f} s after that was seen")
    assert (followed - delivered).total_seconds() < LONGEST_FOLLOWING_S

"""What dies without a word: nobody forges for the lease and a second at most, never two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import parts
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

KILLED = ("manager", "guard", "manager and guard", "manager and node")


def test_leader_deleted_by_force(scene: Scene) -> None:
    faults.force_delete(scene)
    scene.wait_for_forger(other_than=scene.leader.run)
    scene.watch(LEASE_S + 5)
    scene.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("killed", KILLED)
def test_killed_on_the_leader(killed: str, scene: Scene) -> None:
    faults.kill(scene, *parts(killed))
    scene.watch(LEASE_S + 5)
    scene.wait_for_forger()
    scene.judge(none_below_s=LEASE_S + 1)

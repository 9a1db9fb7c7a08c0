"""What is stopped (SIGSTOP) and does not know it, then goes on or is deleted: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import parts
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

STOPPED = ("manager", "guard", "manager and guard", "manager and node")


@pytest.mark.parametrize("stopped", STOPPED)
def test_stopped_on_the_leader_and_continued(stopped: str, scene: Scene) -> None:
    with scene.leader.stopped(*parts(stopped)):
        scene.watch(LEASE_S + 5)
        scene.wait_for_forger()
    scene.watch(10)
    scene.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("stopped", STOPPED)
def test_stopped_on_the_leader_and_the_pod_deleted(stopped: str, scene: Scene) -> None:
    with scene.leader.stopped(*parts(stopped)):
        faults.delete(scene)
        scene.wait_until_gone(scene.leader)
        scene.wait_for_forger()
    scene.watch(5)
    scene.judge(none_below_s=LEASE_S + 1)

"""An API server that loses its last writes, as one restored from a backup: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from datetime import datetime

    from tests.e2e.framework.etcd import Etcd
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: What the leader has written and nobody knows of any more.
LOST_S = 20


def put_back(scene: Scene, store: Etcd) -> datetime:
    """Have its last writes be lost; return when the API server answers again."""
    scene.mark("rolled back")
    store.put_back()
    scene.trio.machines.begin_anew(scene.namespace.kubectl)
    return scene.mark("the API server answers")


def judge(scene: Scene, back: datetime) -> None:
    scene.wait_for_forger()
    scene.watch(2 * LEASE_S)
    scene.judge(none_below_s=LEASE_S + 2, none_since=back)


def test_api_server_rolled_back_under_the_leader(scene: Scene) -> None:
    store = faults.etcd(scene)
    with store.copied():
        scene.watch(LOST_S)
        back = put_back(scene, store)
    judge(scene, back)


def test_api_server_rolled_back_to_a_leader_that_was_cut_off(scene: Scene) -> None:
    """It finds its own record as it left it, and another forges."""
    store = faults.etcd(scene)
    with store.copied(), scene.leader.cut_off():
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(3)
        back = put_back(scene, store)
    judge(scene, back)


def test_api_server_rolled_back_to_a_leader_that_was_deleted(scene: Scene) -> None:
    """Of the same name, on the same machine, with another uid."""
    store = faults.etcd(scene)
    with store.copied():
        faults.delete(scene)
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(3)
        back = put_back(scene, store)
    judge(scene, back)

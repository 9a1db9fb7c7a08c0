"""An API server that is away for all, or for the leader alone: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

AWAY_S = 60


def test_api_server_stopped(scene: Scene) -> None:
    machines, kubectl = scene.trio.machines, scene.namespace.kubectl
    server = ApiServer(machines.control_plane, kubectl)
    with server.stopped():
        scene.watch(AWAY_S, meanwhile=server.kill)
    scene.wait_for_forger()
    scene.watch(LEASE_S + 5)
    scene.judge(none_below_s=None)


def test_leader_cut_off_from_the_api_server(scene: Scene) -> None:
    with scene.leader.cut_off():
        scene.wait_for_forger(other_than=scene.leader.run)
        scene.watch(30)
    scene.watch(10)
    scene.judge(none_below_s=LEASE_S + 1)

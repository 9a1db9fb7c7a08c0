"""An API server that is away for all, or for the leader alone: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

AWAY_S = 60


def test_api_server_stopped(case: Case) -> None:
    machines, kubectl = case.three_replicas.machines, case.namespace.kubectl
    server = ApiServer(machines.control_plane, kubectl)
    with server.stopped():
        case.watch(AWAY_S, meanwhile=server.kill)
    case.wait_for_forger()
    case.watch(LEASE_S + 5)
    case.judge(none_below_s=None)


def test_leader_cut_off_from_the_api_server(case: Case) -> None:
    with case.leader.cut_off():
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(30)
    case.watch(10)
    case.judge(none_below_s=LEASE_S + 1)

"""Three replicas, one forger, by the stand-ins' own journals (all faults: tests/e2e/faults)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.replica import Part
from tests.e2e.framework.scenarios import first_start, restart_node
from tests.e2e.framework.three_replicas import LEASE, LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

pytestmark = [pytest.mark.timeout(300), pytest.mark.timed]


def test_of_three_replicas_one_forges_from_the_first_start_on(
    shared_three_replicas: SharedThreeReplicas,
) -> None:
    case = first_start(shared_three_replicas)
    # These nodes start quicker than a Lease that is seen for the first time is waited for.
    case.judge(none_below_s=LEASE_S + 1)
    namespace = case.namespace
    lease = json.loads(namespace.run("get", "lease", LEASE, "--output=json"))
    assert lease["spec"]["holderIdentity"].startswith(f"{case.leader.pod}_")
    for pod in namespace.items("pods"):
        assert set(restarts(pod).values()) == {0}


def test_a_deleted_leader_hands_over(case: Case) -> None:
    faults.delete(case)
    case.wait_for_forger(other_than=case.leader.run)
    case.watch(2)
    case.judge(none_below_s=1)


def test_a_leader_whose_node_is_killed_gives_the_lease_up_at_once(case: Case) -> None:
    faults.kill(case, Part.NODE)
    case.wait_for_forger(other_than=case.leader.run)
    case.watch(2)
    case.judge(none_below_s=1)


def test_a_leader_whose_manager_is_stopped_is_followed_when_its_lease_ends(case: Case) -> None:
    with case.leader.stopped(Part.MANAGER):
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(1)
    case.watch(2)
    case.judge(none_below_s=LEASE_S + 1)


def test_a_leader_cut_off_from_the_api_server_is_followed_when_its_lease_ends(
    case: Case,
) -> None:
    with case.leader.cut_off():
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(1)
    case.watch(2)
    case.judge(none_below_s=LEASE_S + 1)


def test_a_standbys_node_starts_again_however_often_it_ends(case: Case) -> None:
    restart_node(case, case.standbys[0], times=3)
    case.judge(none_below_s=1)
    assert {line.run for line in case.lines() if line.event == "tick"} == {case.leader.run}

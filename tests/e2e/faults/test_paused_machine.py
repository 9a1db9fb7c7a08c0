"""The leader's machine stands still and goes on, as a guest that its host suspends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: Nothing can stop a process of a machine that resumes before it runs again.
TWO_AT_MOST_S = 0.2


@pytest.fixture
def case(shared_three_replicas: SharedThreeReplicas) -> Case:
    return shared_three_replicas.present().settled_with_leader_on_a_worker()


def test_leaders_machine_paused_and_resumed(case: Case) -> None:
    with case.leader.machine.paused():
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(5)
    case.watch(10)
    case.judge(none_below_s=LEASE_S + 1, two_at_most_s=TWO_AT_MOST_S)

"""A leader that cannot write its files, cannot log, or whose node answers late: it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.manager_page import metric
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

#: Shorter than a lease lasts: something to say for who keeps it.
CUT_S = 5
PAGE_S = 4
LOST = "cardano_forge_manager_log_lines_lost_total"


def test_leaders_state_volume_filled(case: Case) -> None:
    with case.leader.state_volume_filled():
        case.watch(LEASE_S + 5)
    case.watch(LEASE_S + 5)
    case.judge(none_below_s=LEASE_S + 1)


def test_leaders_state_volume_filled_and_the_pod_deleted(case: Case) -> None:
    with case.leader.state_volume_filled():
        faults.delete(case)
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(8)
    case.judge(none_below_s=2)


def test_leaders_state_volume_filled_and_the_leader_cut_off(case: Case) -> None:
    with case.leader.state_volume_filled(), case.leader.cut_off():
        case.wait_for_forger(other_than=case.leader.run)
        case.watch(LEASE_S)
    case.watch(10)
    case.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("part", [Part.MANAGER, Part.GUARD], ids=lambda part: part.name.lower())
def test_nobody_takes_what_the_leader_logs(part: Part, case: Case) -> None:
    with case.leader.log_blocked(part):
        with case.leader.cut_off():
            case.watch(CUT_S)
        case.watch(LEASE_S + 5)
    case.watch(5)
    if part is Part.MANAGER:  # there was something to say, and nobody to read it
        assert metric(case.namespace, case.leader, LOST) > 0
    case.judge(none_below_s=1)


def test_leaders_page_of_metrics_slowed(case: Case) -> None:
    with case.leader.page_slowed(PAGE_S):
        case.watch(LEASE_S + 5)
    case.watch(5)
    case.judge(none_below_s=1)

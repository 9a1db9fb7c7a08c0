"""What is stopped (SIGSTOP) and does not know it, then goes on or is deleted: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import parts
from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

STOPPED = ("manager", "guard", "manager and guard", "manager and node")


@pytest.mark.parametrize("stopped", STOPPED)
def test_stopped_on_the_leader_and_continued(stopped: str, case: Case) -> None:
    with case.leader.stopped(*parts(stopped)):
        case.watch(LEASE_S + 5)
        case.wait_for_forger()
    case.watch(10)
    case.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("stopped", STOPPED)
def test_stopped_on_the_leader_and_the_pod_deleted(stopped: str, case: Case) -> None:
    with case.leader.stopped(*parts(stopped)):
        faults.delete(case)
        case.wait_until_gone(case.leader)
        case.wait_for_forger()
    case.watch(5)
    case.judge(none_below_s=LEASE_S + 1)

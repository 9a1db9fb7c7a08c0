"""What dies without a word: nobody forges for the lease and a second at most, never two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.replica import parts
from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

KILLED = ("manager", "guard", "manager and guard", "manager and node")


def test_leader_deleted_by_force(case: Case) -> None:
    faults.force_delete(case)
    case.wait_for_forger(other_than=case.leader.run)
    case.watch(LEASE_S + 5)
    case.judge(none_below_s=LEASE_S + 1)


@pytest.mark.parametrize("killed", KILLED)
def test_killed_on_the_leader(killed: str, case: Case) -> None:
    faults.kill(case, *parts(killed))
    case.watch(LEASE_S + 5)
    case.wait_for_forger()
    case.judge(none_below_s=LEASE_S + 1)

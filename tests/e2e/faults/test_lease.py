"""A Lease that people touch, or whose duration or name changes under way: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.three_replicas import LEASE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.case import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

TOUCHED: dict[str, Callable[[Case], None]] = {
    "deleted": faults.delete_lease,
    "edited": faults.give_lease_to_a_stranger,
    "emptied": faults.empty_lease,
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_lease_touched_by_hand(touched: str, case: Case) -> None:
    TOUCHED[touched](case)
    case.watch(LEASE_S + 5)
    case.wait_for_forger()
    case.watch(5)
    case.judge(none_below_s=None)


def test_lease_duration_changed_in_a_rolling_update(case: Case) -> None:
    """Longer and back again: the pods of both durations meet each time."""
    for seconds in (2 * LEASE_S, LEASE_S):
        faults.change_lease_duration(case, seconds)
        case.wait_until_rolled_out()
    case.judge(none_below_s=None)


@pytest.mark.timeout(1200)
def test_lease_named_after_the_pool_in_a_rolling_update_and_back(case: Case) -> None:
    """Old and new pods meet in each; in the last the Role ceases to name what the old ones hold."""
    pool = case.three_replicas.pool.pool_id
    for enabled, known in ((True, pool), (False, pool), (True, pool), (False, "")):
        faults.rename_lease(case, enabled=enabled, pool=known)
        case.wait_until_rolled_out()
    case.judge(none_below_s=1)


@pytest.mark.timeout(900)
def test_lease_renamed_by_a_hub_in_a_rolling_update_and_back(case: Case) -> None:
    """The hub is this cluster: its Role goes with the values, so on the way back nobody forges."""
    pool = case.three_replicas.pool.pool_id
    faults.rename_lease(case, enabled=True, pool=pool, hub=True)
    after = case.three_replicas.settled()
    case.judge(none_below_s=LEASE_S + 2)
    faults.rename_lease(case, enabled=False, pool="", hub=False)
    after.wait_until_rolled_out()
    after.judge(none_below_s=None)
    case.notes += [f"and back: {note}" for note in after.notes]

"""A Lease that people touch, and one whose duration changes under way: never two forgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.trio import LEASE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.scene import Scene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]

TOUCHED: dict[str, Callable[[Scene], None]] = {
    "deleted": faults.delete_lease,
    "edited": faults.give_lease_to_a_stranger,
    "emptied": faults.empty_lease,
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_lease_touched_by_hand(touched: str, scene: Scene) -> None:
    TOUCHED[touched](scene)
    scene.watch(LEASE_S + 5)
    scene.wait_for_forger()
    scene.watch(5)
    scene.judge(none_below_s=None)


def test_lease_duration_changed_in_a_rolling_update(scene: Scene) -> None:
    """Longer and back again: the pods of both durations meet each time."""
    for seconds in (2 * LEASE_S, LEASE_S):
        faults.change_lease_duration(scene, seconds)
        scene.wait_until_rolled_out()
    scene.judge(none_below_s=None)

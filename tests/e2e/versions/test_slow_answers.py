"""Answers that take long or are few: what is planned holds, takes longer, and nobody is killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults
from tests.e2e.framework.rotation import Rotation
from tests.e2e.versions.kinds import SLOW, beside
from tests.e2e.versions.test_first_start import no_container_restarted

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

#: The scrape under way, three answers, and as many on the other side.
_LONGEST_CHANGE_S = 20

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900), beside(SLOW)]


def test_hand_over(case: Case) -> None:
    named = case.standbys[0]
    faults.hand_over(case, named)
    assert case.wait_for_forger(other_than=case.leader.run) == named.run
    case.watch(10)
    case.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(case)


def test_rotation(case: Case) -> None:
    rotation = Rotation.begin(case)
    rotation.deliver_to_all()
    rotation.judge(none_below_s=_LONGEST_CHANGE_S)
    no_container_restarted(case)

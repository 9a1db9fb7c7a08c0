"""One Secret, three kubelets that bring it at different times; the judge is the nodes' journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework import faults

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case
    from tests.e2e.framework.rotation import Rotation

LONGEST_FOLLOWING_S = 3

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


def test_the_leader_gets_it_first(case: Case, rotation: Rotation) -> None:
    rotation.deliver_to_all()
    case.watch(3)
    rotation.judge(none_below_s=1)
    assert {use.run for use in rotation.uses()} == {case.leader.run}


def test_a_standby_gets_it_first(case: Case, rotation: Rotation) -> None:
    first, last = case.standbys
    rotation.deliver_to(first)
    case.watch(5)
    rotation.assert_undelivered(case.leader, last)
    # Nothing is given up for it: the leader's certificate is good.
    assert {(use.run, use.counter) for use in rotation.uses()} == {
        (case.leader.run, rotation.older)
    }
    rotation.deliver_to(case.leader)
    rotation.wait_until_forging_with_it()
    rotation.deliver_to(last)
    case.watch(3)
    rotation.judge(none_below_s=1)


def test_the_leader_is_deleted_when_a_standby_has_it(case: Case, rotation: Rotation) -> None:
    first, last = case.standbys
    rotation.deliver_to(first)
    rotation.assert_undelivered(case.leader, last)
    faults.delete(case)
    case.wait_for_forger(other_than=case.leader.run)
    rotation.deliver_to(last)
    rotation.wait_until_forging_with_it()
    case.watch(3)
    rotation.judge(none_below_s=1)


def test_the_leader_is_deleted_when_it_alone_has_it(case: Case, rotation: Rotation) -> None:
    """Then nobody may follow until somebody has it, too: blocks under the older one are refused."""
    rotation.deliver_to(case.leader)
    rotation.wait_until_forging_with_it()
    rotation.assert_undelivered(*case.standbys)
    faults.delete(case)
    case.wait_until_gone(case.leader)
    case.watch(3)
    rotation.assert_undelivered(*case.standbys)
    assert case.three_replicas.journal.forgers() == set()
    first, last = case.standbys
    delivered = rotation.deliver_to(first)
    case.wait_for_forger(other_than=case.leader.run)
    rotation.deliver_to(last)
    case.watch(3)
    rotation.judge(none_below_s=None)
    followed = next(use.at for use in rotation.uses() if use.run != case.leader.run)
    case.note(f"followed {(followed - delivered).total_seconds():.1f} s after that was seen")
    assert (followed - delivered).total_seconds() < LONGEST_FOLLOWING_S

"""A Lease that the Role no longer names: until when it binds, and what makes it bind again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge_manager.base.moment import SECOND, Moment
from forge_manager.election.messages import Answer, ElectionReason, Failure, Found, LeaseView, Proof
from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.election.terms import Terms
from forge_manager.election.withdrawal import Withdrawal

TERMS = Terms()
LEASE = Lease("u", 7, LeaseRecord("bp-1_x", 15, 1, 1, 4))
NOT_HELD = LeaseView(None, False, "bp-1_x", None, ElectionReason.LEASE_NOT_SEEN)
LASTS_S = 15


def at(seconds: float) -> Moment:
    return Moment(int(seconds * SECOND), int(seconds * SECOND))


def refused(lease: Lease = LEASE) -> Withdrawal:
    withdrawal = Withdrawal(TERMS.duration_ns)
    withdrawal.observed(lease)
    withdrawal.answered(at(100), Failure.FORBIDDEN)
    return withdrawal


def test_a_lease_that_another_may_still_hold_binds_for_its_whole_duration() -> None:
    withdrawal = refused()
    assert not withdrawal.is_over(at(100 + LASTS_S - 1), NOT_HELD)
    withdrawal.answered(at(110), Failure.FORBIDDEN)  # counted from the first refusal
    assert withdrawal.is_over(at(100 + LASTS_S), NOT_HELD)


def test_a_lease_that_says_a_longer_duration_binds_for_as_long() -> None:
    withdrawal = refused(replace(LEASE, record=replace(LEASE.record, duration_s=60)))
    assert not withdrawal.is_over(at(159), NOT_HELD)
    assert withdrawal.is_over(at(160), NOT_HELD)


def test_a_lease_that_this_pod_holds_ceases_to_bind_at_once() -> None:
    held = replace(NOT_HELD, proof=Proof(at(99), TERMS, "tenure"))
    assert refused().is_over(at(100), held)
    assert refused().is_over(at(100 + LASTS_S - 1), held)  # others are refused it as well


def test_a_lease_that_this_pod_held_too_long_ago_binds_for_its_whole_duration() -> None:
    held_before = replace(NOT_HELD, proof=Proof(at(100 - LASTS_S), TERMS, "tenure"))
    assert not refused().is_over(at(100 + LASTS_S - 1), held_before)
    assert refused().is_over(at(100 + LASTS_S), held_before)


@pytest.mark.parametrize("answer", [Found(LEASE), Failure.CONFLICT, Failure.MISSING])
def test_any_answer_but_a_refusal_gives_the_right_back(answer: Answer) -> None:
    withdrawal = refused()
    withdrawal.answered(at(101), answer)
    assert not withdrawal.is_over(at(1000), NOT_HELD)


def test_no_answer_says_nothing_of_the_right() -> None:
    withdrawal = refused()
    withdrawal.answered(at(101), Failure.UNKNOWN)
    assert withdrawal.is_over(at(100 + LASTS_S), NOT_HELD)


def test_a_record_that_changes_has_somebody_who_may_write_it() -> None:
    withdrawal = refused()
    withdrawal.observed(LEASE)  # a watch that began anew
    withdrawal.observed(replace(LEASE, version=8, record=replace(LEASE.record, renewed_us=2)))
    assert not withdrawal.is_over(at(1000), NOT_HELD)


def test_a_lease_that_was_never_refused_binds() -> None:
    assert not Withdrawal(TERMS.duration_ns).is_over(at(1000), NOT_HELD)


def test_a_lease_that_was_never_seen_binds_for_its_whole_duration() -> None:
    withdrawal = Withdrawal(TERMS.duration_ns)
    withdrawal.answered(at(100), Failure.FORBIDDEN)
    assert not withdrawal.is_over(at(100 + LASTS_S - 1), NOT_HELD, frozenset({"bp-1_x", ""}))
    assert withdrawal.is_over(at(100 + LASTS_S), NOT_HELD)


def test_it_says_whether_the_last_answer_was_a_refusal() -> None:
    withdrawal = Withdrawal(TERMS.duration_ns)
    found = [withdrawal.refused]
    for answer in (Failure.FORBIDDEN, Failure.UNKNOWN, Found(LEASE)):
        withdrawal.answered(at(100), answer)
        found.append(withdrawal.refused)
    assert found == [False, True, True, False]

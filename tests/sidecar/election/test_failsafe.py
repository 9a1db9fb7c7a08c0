"""The only replica: it goes on while the API server is away; who may follow it, and when."""

from dataclasses import replace

import pytest

from forge_manager.election.messages import ElectionReason, Failure, LeaseIntent, Verb
from forge_manager.election.record import Lease, LeaseRecord, holding_of, released, tenure_of
from forge_manager.election.terms import Terms, with_failsafe
from tests.sidecar.election.server import POOL, Candidate, Server, held_until

LONG = with_failsafe(Terms(), 300)
HELD = LeaseRecord("bp-0_old", 315, 1, 1, 4, POOL, 1, "")
LEASE = Lease("uid-1", 1, HELD)


def only_replica(record: LeaseRecord | None, gone: str = "") -> Candidate:
    server = Server(record)
    if server.lease is not None:
        server.lease = replace(server.lease, gone=gone)
    candidate = Candidate(server, terms=LONG)
    candidate.turn(0)
    return candidate


def test_it_holds_while_nothing_answers() -> None:
    candidate = only_replica(released(LEASE, 15))
    since = candidate.takes_at(0, 40)
    assert since == 15
    for second in range(16, 304, 3):
        if request := candidate.ask(second):
            candidate.answer(second + 1, request, Failure.UNKNOWN)
    assert candidate.holds(since + 293.9)
    assert not candidate.holds(since + 294.1)


def test_one_that_was_let_go_is_taken_as_fast_as_ever() -> None:
    assert only_replica(released(LEASE, 15)).takes_at(0, 400) == 15


@pytest.mark.parametrize(
    "record",
    [
        HELD,
        replace(HELD, holder=""),  # emptied by hand
        released(replace(LEASE, uid="uid-2"), 15),  # a copy, in a Lease that was made anew
        replace(released(LEASE, 15), transitions=5),
        None,
    ],
    ids=["held", "emptied", "another object's", "another holding's", "missing"],
)
def test_all_else_is_waited_for_in_full(record: LeaseRecord | None) -> None:
    candidate = only_replica(record)
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


def test_a_release_by_a_server_that_lost_its_writes_is_waited_for_in_full() -> None:
    candidate = only_replica(HELD)
    candidate.server.edit(renewed_us=9)
    candidate.turn(6, LeaseIntent.RELEASE)
    candidate.server.lease = Lease("uid-1", 1, released(LEASE, 15))  # as it was before
    candidate.attend(310)
    assert candidate.takes_at(310, 400) is not None
    assert candidate.turn(312) is None


def test_a_person_who_knows_that_the_machine_is_dead_ends_the_wait() -> None:
    assert holding_of(LEASE) == "old/4"
    candidate = only_replica(HELD, gone="old/4")
    assert candidate.takes_at(0, 30) == 15


def test_whoever_renews_is_not_dead_whatever_a_person_says() -> None:
    candidate = only_replica(HELD, gone="old/4")
    for second in range(2, 60, 2):
        lease = candidate.server.edit(renewed_us=second)
        candidate.server.lease = replace(lease, gone="old/4")
        candidate.watch(second)
        assert candidate.view(second + 1).obstacle is ElectionReason.LEASE_HELD
    assert candidate.takes_at(58, 90) == 73


@pytest.mark.parametrize(
    "gone",
    ["", "/", "old", "old/3", "old/5", "bp-0_old/4", "another/4", "true"],
)
def test_a_mark_of_another_holding_ends_nothing(gone: str) -> None:
    candidate = only_replica(HELD, gone=gone)
    assert candidate.view(1).obstacle is ElectionReason.LEASE_HELD


def test_a_mark_ends_no_wait_for_a_lease_that_nobody_holds() -> None:
    candidate = only_replica(replace(HELD, holder=""), gone="/4")
    assert candidate.view(1).obstacle is ElectionReason.LEASE_HELD


def test_a_mark_that_comes_later_is_seen() -> None:
    candidate = only_replica(HELD)
    candidate.attend(30)
    assert candidate.server.lease is not None
    candidate.server.lease = replace(candidate.server.lease, version=2, gone="old/4")
    candidate.watch(30)
    assert candidate.turn(30) is Verb.REPLACE
    # And what it wrote names the next holding: the mark has outlived itself.
    candidate.server.lease = replace(candidate.server.lease, gone="old/4")
    other = Candidate(candidate.server, "bp-1", terms=LONG)
    other.turn(31)
    assert other.view(31).obstacle is ElectionReason.LEASE_HELD


def test_several_replicas_honour_the_longer_lease_of_the_only_one_before() -> None:
    candidate = Candidate(Server(HELD), "bp-1")
    candidate.turn(0)
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


def test_the_only_replica_that_is_left_honours_what_it_saw_of_several() -> None:
    candidate = only_replica(replace(HELD, duration_s=15))
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


def holding(since: float = 15) -> Candidate:
    candidate = only_replica(released(LEASE, 15))
    assert candidate.takes_at(0, 40) == since
    return candidate


def test_it_need_not_wait_for_itself_in_full_when_the_server_is_back() -> None:
    candidate = holding()
    for second in range(16, 400, 3):
        if request := candidate.ask(second, LeaseIntent.RELEASE):
            candidate.answer(second + 1, request, Failure.UNKNOWN)
    assert not candidate.holds(400)
    assert candidate.takes_at(402, 500) == pytest.approx(417, abs=3)


def test_a_manager_that_starts_after_its_tenure_does_not_wait_for_itself_in_full() -> None:
    before = holding()
    assert before.server.lease is not None
    again = Candidate(
        before.server, terms=LONG, former=held_until(290, tenure_of(before.server.lease))
    )
    again.turn(300)
    assert again.takes_at(300, 400) == 315


def test_a_name_alone_is_not_oneself() -> None:
    """A person can write it, and so can a copy of a record of long ago."""
    identity = Candidate(Server()).identity
    candidate = only_replica(replace(HELD, holder=identity))
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


def test_a_server_that_is_away_now_and_then_does_not_begin_the_wait_anew() -> None:
    candidate = only_replica(HELD)
    for second in range(6, 314, 6):
        if 100 < second < 125 or 200 < second < 225:
            continue
        candidate.turn(second, LeaseIntent.RELEASE)
    assert candidate.takes_at(314, 330) == 315


def test_who_lets_go_says_that_nobody_needs_to_wait_for_long() -> None:
    candidate = holding()
    candidate.turn(17, LeaseIntent.RELEASE)
    candidate.turn(18, LeaseIntent.RELEASE)
    lease = candidate.server.lease
    assert lease is not None
    assert (lease.record.holder, lease.record.duration_s) == ("", 15)
    usual = Candidate(candidate.server, "bp-1")
    usual.turn(20)
    assert usual.takes_at(20, 60) == 35

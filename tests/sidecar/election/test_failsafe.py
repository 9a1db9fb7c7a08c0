"""The only replica: it goes on while the API server is away; who may follow it, and when."""

from dataclasses import replace

import pytest

from forge_manager.election.messages import ElectionReason, Failure, LeaseIntent, Verb
from forge_manager.election.record import Lease, LeaseRecord, holding_of, released
from forge_manager.election.terms import Terms, with_failsafe
from tests.sidecar.election.server import POOL, Candidate, Server

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
    candidate = only_replica(released(LEASE))
    since = candidate.takes_at(0, 40)
    assert since == 15
    for second in range(16, 290, 3):
        if request := candidate.ask(second):
            candidate.answer(second + 1, request, Failure.UNKNOWN)
    assert candidate.holds(since + 279.9)
    assert not candidate.holds(since + 280.1)


def test_one_that_was_let_go_is_taken_as_fast_as_ever() -> None:
    assert only_replica(released(LEASE)).takes_at(0, 400) == 15


@pytest.mark.parametrize(
    "record",
    [
        HELD,
        replace(HELD, holder=""),  # emptied by hand
        released(replace(LEASE, uid="uid-2")),  # a copy, in a Lease that was made anew
        replace(released(LEASE), transitions=5),
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
    candidate.server.lease = Lease("uid-1", 1, released(LEASE))  # as it was before
    candidate.attend(310)
    assert candidate.takes_at(310, 400) is not None
    assert candidate.turn(312) is None


def test_a_person_who_knows_that_the_machine_is_dead_ends_the_wait() -> None:
    assert holding_of(LEASE) == "old/4"
    candidate = only_replica(HELD, gone="old/4")
    assert candidate.takes_at(0, 1) == 0


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
    assert candidate.server.lease is not None
    candidate.server.lease = replace(candidate.server.lease, version=2, gone="old/4")
    candidate.watch(7)
    assert candidate.turn(7) is Verb.REPLACE
    # And what it wrote names the next holding: the mark has outlived itself.
    candidate.server.lease = replace(candidate.server.lease, gone="old/4")
    other = Candidate(candidate.server, "bp-1", terms=LONG)
    other.turn(8)
    assert other.view(8).obstacle is ElectionReason.LEASE_HELD


def test_several_replicas_honour_the_longer_lease_of_the_only_one_before() -> None:
    candidate = Candidate(Server(HELD), "bp-1")
    candidate.turn(0)
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


def test_the_only_replica_that_is_left_honours_what_it_saw_of_several() -> None:
    candidate = only_replica(replace(HELD, duration_s=15))
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315

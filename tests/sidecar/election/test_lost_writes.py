"""An API server that lost its last writes: a restored backup, a promoted replica, a power cut."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.knowledge import OWN_TIME_NS
from forge_manager.election.messages import ElectionReason, Failure, Found, LeaseIntent, Verb
from forge_manager.election.record import Lease, LeaseRecord, tenure_of
from tests.sidecar.election.server import POOL, Candidate, Server, at, held_until, leading

HELD = LeaseRecord("bp-1_x", 15, 1, 1, 4, POOL, 1, "")


def test_a_holder_that_was_away_does_not_renew_its_own_record_that_came_back() -> None:
    server = Server()
    former = leading(server)
    record = server.lease
    follower = Candidate(server, "bp-1")
    for second in range(20, 37, 4):
        follower.turn(second)
    assert follower.holds(36)
    server.lease = record
    assert former.takes_at(37, 80) == 52.2, "a full wait from the first answer on, and its own time"
    assert not follower.holds(52)


def test_after_an_outage_a_lease_is_waited_for_a_little_longer_for_its_own_time() -> None:
    taken = []
    for number in range(20):
        for name in ("bp-1", "bp-2"):  # candidates of one Lease agree
            server = Server()
            server.write(HELD, uid=f"uid-of-pool-{number}")
            candidate = Candidate(server, name)
            candidate.turn(0)
            taken.append(candidate.takes_at(40, 80) or 0)
    assert taken[::2] == taken[1::2]
    assert 55 <= min(taken) < 55.4
    assert 56.6 < max(taken) <= 57


def test_failed_looks_add_its_own_time_once() -> None:
    server = Server()
    server.write(HELD, uid="uid-of-pool-1")
    candidate = Candidate(server)
    candidate.turn(0)
    for second in (4, 11):
        _look_in_vain(candidate, second)
        assert candidate.turn(second + 3) is Verb.READ
    own_s = OWN_TIME_NS * crc32(b"uid-of-pool-1") / 2**32 / SECOND
    assert candidate.takes_at(14, 40) == pytest.approx(15 + own_s, abs=0.1)


def test_a_renewal_after_a_failed_look_ends_its_own_time() -> None:
    server = Server()
    server.write(HELD, uid="uid-of-pool-1")
    candidate = Candidate(server)
    candidate.turn(0)
    _look_in_vain(candidate, 4)
    assert candidate.turn(7) is Verb.READ
    server.write(replace(HELD, renewed_us=2))
    candidate.watch(8)
    assert candidate.takes_at(8, 40) == 23


def _look_in_vain(candidate: Candidate, second: int) -> None:
    request = candidate.ask(second)
    assert request is not None
    candidate.answer(second, request, Failure.UNKNOWN)


def test_a_manager_that_starts_late_does_not_resume_the_tenure_in_its_fence() -> None:
    server = Server()
    leading(server)
    assert server.lease is not None
    former = held_until(33.5, tenure_of(server.lease))
    in_time, late = Candidate(server, former=former), Candidate(server, former=former)
    assert in_time.takes_at(33, 60) == 33.1
    server.lease = replace(server.lease, version=server.lease.version)
    assert late.takes_at(34, 60) == 49


def test_a_pause_that_the_boot_time_did_not_count_ends_a_tenure_as_well() -> None:
    server = Server()
    candidate = leading(server)
    assert candidate.elector.view(at(21)).ours
    assert not candidate.elector.view(at(21, wall_step_s=15)).ours


@pytest.mark.parametrize("back", [1, 2])
def test_an_answer_that_shows_less_than_was_known_ends_a_proof_at_once(back: int) -> None:
    server = Server()
    candidate = leading(server)
    assert server.lease is not None
    candidate.turn(22)
    server.lease = replace(server.lease, version=server.lease.version - back)
    assert candidate.turn(24) is Verb.REPLACE
    assert candidate.holds(24), "a refusal says nothing"
    assert candidate.turn(24.3) is Verb.READ
    assert not candidate.holds(24.3)
    assert candidate.view(24.3).lost is ElectionReason.LEASE_FELL_BACK
    assert not candidate.view(24.3).ours
    assert candidate.takes_at(25, 60) == 39.3


def test_the_same_version_with_another_record_is_waited_for_in_full() -> None:
    server = Server(HELD)
    candidate = Candidate(server)
    candidate.turn(0)
    server.lease = Lease("uid-1", 1, replace(HELD, renewed_us=77))
    assert candidate.turn(4) is Verb.READ
    assert candidate.view(4).lost is ElectionReason.LEASE_FELL_BACK
    assert candidate.takes_at(4, 60) == 19


def test_a_write_that_lands_on_a_version_used_again_proves_nothing() -> None:
    server = Server(HELD)
    candidate = Candidate(server)
    candidate.attend(15)
    request = candidate.ask(15)
    assert request is not None
    assert request.record is not None
    # The version that it was based on is there again, and the next is lower than what was known.
    candidate.elector._known_version = 9
    landed = Lease("uid-1", 2, request.record)
    candidate.elector._knowledge.newest_version = 9
    candidate.answer(15.1, request, Found(landed))
    assert not candidate.holds(15.1)
    assert not candidate.view(15.1).ours


def test_a_read_that_was_overtaken_by_an_event_is_no_fall_back() -> None:
    server = Server(HELD)
    candidate = Candidate(server)
    candidate.turn(0)
    request = candidate.ask(4)
    assert request is not None
    old = server.lease
    assert old is not None
    server.edit(renewed_us=9)
    candidate.watch(4.1)
    candidate.answer(4.2, request, Found(old))
    assert candidate.view(4.2).lost is not ElectionReason.LEASE_FELL_BACK
    assert candidate.elector._knowledge.lease == server.lease


def test_who_heard_nothing_for_long_waits_in_full_for_what_it_knew_already() -> None:
    candidate = Candidate(Server(HELD))
    candidate.turn(0)
    for tenth in range(40, 400):
        request = candidate.ask(tenth / 10)
        if request is not None:
            assert request.verb is Verb.READ
            candidate.answer(tenth / 10, request, Failure.UNKNOWN)
    assert candidate.takes_at(40, 80) is not None
    assert candidate.holds(56)


def test_one_look_may_fail() -> None:
    candidate = Candidate(Server(HELD))
    candidate.turn(0)
    candidate.turn(4)
    request = candidate.ask(8)
    assert request is not None
    candidate.answer(11.3, request, Failure.UNKNOWN)
    assert candidate.takes_at(11.3, 40) == 16.2, "not in full, but its own time"


def test_a_renewal_that_is_answered_after_its_tenure_proves_nothing() -> None:
    server = Server()
    candidate = leading(server)
    request = candidate.ask(33)
    assert request is not None
    answer = server.perform(request)
    candidate.answer(34, request, answer)
    assert not candidate.holds(34)
    assert candidate.takes_at(34, 80) == 49.2


def test_a_tenure_that_is_over_is_not_released() -> None:
    server = Server()
    candidate = leading(server)
    assert candidate.turn(34, LeaseIntent.RELEASE) is Verb.READ
    assert candidate.turn(35, LeaseIntent.RELEASE) is None
    assert server.lease is not None
    assert server.lease.record.holder == candidate.identity

"""When another's lease may be taken, and what a standby asks the API server meanwhile."""

import pytest

from forge_manager.election.messages import ElectionReason, Failure, LeaseIntent, Verb
from forge_manager.election.record import Lease, LeaseRecord, release_mark_of, released
from forge_manager.election.terms import Terms
from tests.sidecar.election.server import POOL, Candidate, Server, at, leading

HELD = LeaseRecord("bp-1_x", 15, 1, 1, 4, POOL, 1, "")


def standby(record: LeaseRecord = HELD, terms: Terms | None = None) -> Candidate:
    candidate = Candidate(Server(record), terms=terms or Terms())
    candidate.turn(0)
    return candidate


def test_expiry_counts_from_the_last_change_by_local_time() -> None:
    candidate = standby()
    candidate.server.edit(renewed_us=2)
    candidate.watch(8)
    assert candidate.takes_at(8, 40) == 23


@pytest.mark.parametrize(("own", "recorded", "expected"), [(15, 30, 30), (30, 15, 30)])
def test_the_greater_duration_is_honoured(own: int, recorded: int, expected: float) -> None:
    record = LeaseRecord("bp-1_x", recorded, 1, 1, 4, POOL)
    candidate = standby(record, Terms(own, 10, 2))
    assert candidate.takes_at(0, 60) == expected


def test_an_absurd_duration_is_honoured_for_an_hour() -> None:
    candidate = standby(LeaseRecord("bp-1_x", 2**31 - 1, 1, 1, 4, POOL))
    candidate.attend(3599)
    assert candidate.turn(3599.9) is not Verb.REPLACE
    assert candidate.turn(3600) is Verb.REPLACE


def test_a_release_that_was_watched_frees_at_once() -> None:
    candidate = standby()
    assert candidate.server.lease is not None
    candidate.server.write(released(candidate.server.lease, 15))
    candidate.watch(5)
    assert candidate.takes_at(5, 6) == 5


def test_a_release_found_at_first_sight_does_not() -> None:
    lease = Lease("uid-1", 1, HELD)
    candidate = standby(released(lease, 15))
    assert candidate.takes_at(0, 40) == 15


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "x",
        "uid-1/3/bp-1_x",  # of an earlier tenure
        release_mark_of(Lease("uid-2", 1, HELD)),  # of another object
    ],
)
def test_an_emptied_lease_without_its_holders_mark_counts_in_full(mark: str) -> None:
    candidate = standby()
    candidate.server.edit(holder="", release_mark=mark)
    candidate.watch(5)
    assert candidate.takes_at(5, 40) == 20


def test_a_copy_of_an_old_release_counts_in_full() -> None:
    candidate = standby()
    lease = candidate.server.lease
    assert lease is not None
    old = released(lease, 15)
    candidate.server.edit(transitions=5, renewed_us=9)
    candidate.watch(3)
    candidate.server.write(old)
    candidate.watch(5)
    assert candidate.takes_at(5, 40) == 20


def test_a_missing_lease_counts_in_full_from_when_it_was_noticed() -> None:
    candidate = standby()
    candidate.server.edit()
    candidate.watch(5, deleted=True)
    candidate.server.lease = None
    candidate.elector.observed(at(9), Lease("uid-1", 2, HELD), deleted=True)  # told again
    assert candidate.takes_at(5, 40) == 20
    assert candidate.holds(20)


def test_a_recreated_lease_counts_in_full() -> None:
    candidate = standby()
    candidate.server.write(LeaseRecord(), uid="uid-2")
    candidate.watch(5)
    assert candidate.takes_at(5, 40) == 20


def test_of_two_that_take_it_one_gets_it() -> None:
    server = Server(HELD)
    one, other = Candidate(server, "bp-0"), Candidate(server, "bp-2")
    one.attend(15)
    other.attend(15)
    assert one.turn(15) is Verb.REPLACE
    assert other.turn(15) is Verb.REPLACE
    assert one.holds(15)
    assert not other.holds(15)
    assert other.turn(16) is Verb.READ
    assert other.turn(17) is None


def test_another_pools_lease_is_never_taken() -> None:
    candidate = standby(LeaseRecord("bp-1_x", 15, 1, 1, 4, "pool1other"))
    assert candidate.takes_at(0, 100) is None
    assert candidate.view(100).obstacle is ElectionReason.LEASE_BELONGS_TO_ANOTHER_POOL


def test_a_lease_without_a_pool_is_that_of_an_earlier_sidecar() -> None:
    assert standby(LeaseRecord("bp-1", 15, 1, 1, 4)).takes_at(0, 40) == 15


@pytest.mark.parametrize(("own", "may"), [(0, False), (1, True), (2, True), (None, True)])
def test_the_highest_counter_wins(own: int | None, may: bool) -> None:
    candidate = standby()
    candidate.counter = own
    assert (candidate.takes_at(0, 40) is not None) is may
    if not may:
        assert candidate.view(40).obstacle is ElectionReason.COUNTER_BEHIND


def test_a_standby_that_may_not_lead_only_watches() -> None:
    candidate = standby()
    asked = 0
    for tenth in range(6000):
        if tenth % 20 == 0:
            candidate.server.edit(renewed_us=tenth + 5)
            candidate.watch(tenth / 10)
        asked += candidate.turn(tenth / 10, LeaseIntent.RELEASE) is not None
    assert asked == 0


def test_a_silent_watch_is_checked_every_four_seconds() -> None:
    candidate = standby()
    asked = [t / 10 for t in range(300) if candidate.turn(t / 10, LeaseIntent.RELEASE) is Verb.READ]
    assert asked == [4, 8, 12, 16, 20, 24, 28]


def test_a_watch_that_tells_of_renewals_is_not_checked() -> None:
    candidate, asked = standby(), []
    for tenth in range(300):
        if tenth % 20 == 0:
            candidate.server.edit(renewed_us=tenth)
            candidate.watch(tenth / 10)
        asked.append(candidate.turn(tenth / 10))
    assert set(asked) == {None}


def test_replicas_spread_their_checks_of_a_silent_watch() -> None:
    asked = []
    for jitter in (0.0, 1.0):
        elector = standby().elector
        moments = (t / 10 for t in range(300))
        step = (
            t for t in moments if elector.step(at(t), LeaseIntent.RELEASE, counter=1, jitter=jitter)
        )
        asked.append(next(step))
    assert asked == [4, 5]


def test_who_is_to_keep_a_lease_never_takes_one() -> None:
    candidate = standby()
    sent = {candidate.turn(tenth / 10, LeaseIntent.KEEP) for tenth in range(600)}
    assert sent == {None, Verb.READ}
    assert candidate.view(60).obstacle is None, "it was free"


def test_before_the_first_look_a_lease_was_not_seen() -> None:
    view = Candidate(Server(HELD)).view(0)
    assert (view.lost, view.obstacle) == (ElectionReason.LEASE_NOT_SEEN,) * 2


def test_an_expired_record_that_was_renewed_unseen_is_not_taken() -> None:
    candidate = Candidate(Server(HELD))
    candidate.attend(13)
    candidate.server.edit(renewed_us=9)  # no event came
    assert candidate.turn(15) is Verb.REPLACE
    assert not candidate.holds(15)
    assert candidate.turn(16) is Verb.READ
    assert candidate.takes_at(16, 60) == 31


def test_a_conflict_is_read_and_waited_for_anew() -> None:
    server = Server(HELD)
    candidate = Candidate(server)
    candidate.attend(15)
    request = candidate.ask(15)
    assert request is not None
    server.edit(renewed_us=9)
    candidate.answer(15.1, request, server.perform(request))
    assert candidate.turn(16) is Verb.READ
    assert candidate.takes_at(16, 60) == 31


def test_an_unreachable_server_is_not_flooded() -> None:
    candidate = leading(Server())
    asked = 0
    for tenth in range(200, 800):
        request = candidate.ask(tenth / 10, LeaseIntent.CAMPAIGN)
        if request is not None:
            asked += 1
            candidate.answer(tenth / 10, request, Failure.UNKNOWN)
    assert asked <= 40


def test_a_leader_repeats_a_look_that_failed_at_once_soon() -> None:
    candidate = leading(Server())
    renewal = candidate.ask(22, LeaseIntent.KEEP)
    assert renewal is not None
    candidate.answer(22, renewal, Failure.CONFLICT)
    asked = []
    for tenth in range(221, 261):
        request = candidate.ask(tenth / 10, LeaseIntent.KEEP)
        if request is not None:
            asked.append(tenth / 10)
            candidate.answer(tenth / 10, request, Failure.UNKNOWN)
    assert asked == [22.3, 22.8, 23.8, 25.8]


@pytest.mark.parametrize(
    ("jitter", "expected"), [(0.0, [0, 2.2, 4.4, 6.6]), (0.5, [0, 3.3, 6.6]), (1.0, [0, 4.4])]
)
def test_a_look_that_fails_at_once_is_not_repeated_at_once(
    jitter: float, expected: list[float]
) -> None:
    elector = Candidate(Server(HELD)).elector
    asked = []
    for tenth in range(80):
        request = elector.step(at(tenth / 10), LeaseIntent.CAMPAIGN, counter=1, jitter=jitter)
        if request is not None:
            asked.append(tenth / 10)
            elector.answered(at(tenth / 10), request.number, Failure.UNKNOWN)
    assert asked == expected


def test_a_look_that_fails_by_its_time_is_repeated_soon() -> None:
    candidate = Candidate(Server(HELD))
    request = candidate.ask(0)
    assert request is not None
    candidate.answer(3.3, request, Failure.UNKNOWN)
    assert candidate.ask(3.7) is None
    assert candidate.ask(3.8) is not None


def test_terms_say_what_does_not_fit() -> None:
    assert Terms().problems() == []
    assert Terms(5, 2, 1).problems() == []
    assert "renewDeadline" in Terms(15, 3, 2).problems()[0]
    assert "leaseDuration" in Terms(15, 14, 2).problems()[0]
    assert len(Terms(0, 0, 0).problems()) == 3


def test_a_copy_of_ones_own_record_that_comes_back_is_not_ones_own() -> None:
    server = Server()
    candidate = leading(server)
    assert server.lease is not None
    copy = server.lease.record
    server.write(LeaseRecord("bp-1_x", 15, 1, 1, 1, POOL))
    candidate.watch(21)
    server.write(copy)
    candidate.watch(22)
    assert candidate.takes_at(22, 60) == 37


def test_a_copy_of_another_tenures_release_counts_in_full() -> None:
    candidate = standby(LeaseRecord("bp-1_x", 15, 1, 1, 4, POOL))
    old = released(Lease("uid-1", 1, LeaseRecord("bp-2_y", 15, 5, 5, 9, POOL)), 15)
    candidate.server.write(old)
    candidate.watch(5)
    assert candidate.takes_at(5, 60) == 20


def test_a_change_never_shortens_the_wait() -> None:
    candidate = standby(LeaseRecord("bp-1_x", 30, 1, 1, 4, POOL))
    candidate.server.edit(duration_s=1)
    candidate.watch(5)
    assert candidate.takes_at(5, 60) == 30

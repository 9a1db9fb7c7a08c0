"""What it takes to hold a lease, and what ends it."""

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import ElectionReason, Failure, Found, LeaseIntent, Verb
from forge_manager.election.record import LeaseRecord, is_release_of, tenure_of
from tests.sidecar.election.server import POOL, TERMS, Candidate, Server, at, held_until, leading


def test_the_record_says_who_holds_it() -> None:
    server = Server()
    leading(server)
    assert server.lease is not None
    record = server.lease.record
    assert record.holder.startswith("bp-0")
    assert "uid-of-bp-0" in record.holder
    assert (record.pool_id, record.counter, record.duration_s, record.transitions) == (
        POOL,
        1,
        15,
        1,
    )


def test_a_holding_is_timed_from_when_its_write_was_sent() -> None:
    server = Server()
    candidate = Candidate(server)
    candidate.attend(20)
    request = candidate.ask(20)
    assert request is not None
    candidate.answer(23, request, server.perform(request))
    assert candidate.holds(29.9)
    assert not candidate.holds(30)
    proof = candidate.view(23).proof
    assert proof is not None
    assert proof.forge_until_ns == at(20).boot_ns + int(13.5 * SECOND)


def test_a_wall_clock_stepped_forward_ends_a_holding_and_one_stepped_back_does_not() -> None:
    proof = leading(Server()).view(20).proof
    assert proof is not None
    assert not proof.holds(at(21, wall_step_s=9))
    assert proof.holds(at(21, wall_step_s=-100))


def test_the_leader_renews_every_retry_period_and_no_more() -> None:
    candidate = leading(Server())
    asked = [t / 10 for t in range(200, 800) if candidate.turn(t / 10, LeaseIntent.KEEP)]
    assert len(asked) == 29
    assert all(candidate.view(80).proof for _ in asked)


def test_a_name_in_the_lease_proves_nothing() -> None:
    server = Server(LeaseRecord(holder="bp-0_uid-of-bp-0", duration_s=15, transitions=3))
    candidate = Candidate(server)
    candidate.turn(0)
    assert not candidate.holds(1)
    assert candidate.turn(1) is None
    assert candidate.view(1).obstacle is ElectionReason.LEASE_HELD


def test_a_lost_answer_is_found_again_by_reading() -> None:
    server = Server()
    candidate = leading(server)
    request = candidate.ask(22, LeaseIntent.KEEP)
    assert request is not None
    server.perform(request)
    candidate.answer(25, request, Failure.UNKNOWN)
    assert not candidate.holds(30.5)
    assert candidate.turn(26, LeaseIntent.KEEP) is Verb.REPLACE  # 409
    assert candidate.turn(27, LeaseIntent.KEEP) is Verb.READ
    assert candidate.holds(31.9)
    assert not candidate.holds(32)  # from 22, when it was sent


def test_the_watch_acknowledges_as_well() -> None:
    server = Server()
    candidate = leading(server)
    request = candidate.ask(22, LeaseIntent.KEEP)
    assert request is not None
    server.perform(request)
    candidate.watch(22.1)
    assert candidate.holds(31.9)


def test_events_that_trail_behind_answers_are_no_foreign_writes() -> None:
    server = Server()
    candidate = leading(server)
    old = server.lease
    candidate.turn(22, LeaseIntent.KEEP)
    assert old is not None
    candidate.elector.observed(at(22.1), old)
    candidate.elector.observed(at(22.2), old, deleted=True)
    assert candidate.holds(22.2)


def test_only_one_request_is_in_flight() -> None:
    candidate = leading(Server())
    assert candidate.ask(22, LeaseIntent.KEEP) is not None
    assert candidate.ask(28, LeaseIntent.KEEP) is None


def test_who_is_to_release_holds_nothing_from_that_moment() -> None:
    candidate = leading(Server())
    assert candidate.ask(22, LeaseIntent.RELEASE) is not None
    assert not candidate.holds(22)
    assert candidate.view(22).lost is ElectionReason.LEASE_RELEASED


def test_an_answer_to_an_earlier_request_or_to_none_is_ignored() -> None:
    candidate = leading(Server())
    candidate.elector.answered(at(21), 1, Failure.MISSING)
    request = candidate.ask(22, LeaseIntent.KEEP)
    assert request is not None
    candidate.elector.answered(at(22.1), request.number - 1, Failure.MISSING)
    assert candidate.holds(22.2)
    assert candidate.ask(22.2, LeaseIntent.KEEP) is None, "it is still in flight"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"holder": ""}, ElectionReason.FOREIGN_WRITE),
        ({"holder": "somebody"}, ElectionReason.FOREIGN_WRITE),
        ({"duration_s": 1}, ElectionReason.FOREIGN_WRITE),
        ({"pool_id": "pool1other"}, ElectionReason.FOREIGN_WRITE),
    ],
)
def test_a_foreign_write_ends_a_holding_at_once(
    changes: dict[str, object], reason: ElectionReason
) -> None:
    server = Server()
    candidate = leading(server)
    server.edit(**changes)
    candidate.watch(21)
    assert not candidate.holds(21)
    assert candidate.view(21).lost is reason


def test_a_label_is_no_foreign_write() -> None:
    server = Server()
    candidate = leading(server)
    server.edit()
    candidate.watch(21)
    assert candidate.holds(21)
    assert candidate.turn(22, LeaseIntent.KEEP) is Verb.REPLACE
    assert candidate.holds(31)


def test_a_deleted_and_a_recreated_lease_end_a_holding_at_once() -> None:
    server = Server()
    candidate = leading(server)
    lease = server.edit()
    candidate.watch(21, deleted=True)
    assert not candidate.holds(21)
    assert candidate.view(21).lost is ElectionReason.LEASE_MISSING

    candidate = leading(server := Server())
    server.write(lease.record, uid="another")
    candidate.watch(21)
    assert not candidate.holds(21)
    assert candidate.view(21).lost is ElectionReason.LEASE_REPLACED


def test_release_leaves_its_holders_mark() -> None:
    server = Server()
    candidate = leading(server)
    held = server.lease
    assert candidate.turn(21, LeaseIntent.RELEASE) is Verb.REPLACE
    assert server.lease is not None
    assert held is not None
    assert server.lease.record.holder == ""
    assert is_release_of(server.lease, held)
    assert not candidate.holds(21)
    assert not candidate.view(21).ours
    assert candidate.turn(22, LeaseIntent.RELEASE) is None


def test_what_another_holds_is_never_released() -> None:
    server = Server(LeaseRecord(holder="somebody", duration_s=15))
    candidate = Candidate(server)
    candidate.turn(0)
    assert candidate.turn(1, LeaseIntent.RELEASE) is None


def test_the_next_manager_of_the_pod_takes_over_what_the_fence_names_and_not_its_namesake() -> None:
    server = Server()
    leading(server)
    assert server.lease is not None
    tenure = tenure_of(server.lease)
    former = held_until(33, tenure)
    heir, stranger = Candidate(server, former=former), Candidate(server)
    for candidate in (heir, stranger):
        candidate.turn(21)
        assert not candidate.holds(21)
    assert stranger.turn(21.1) is None
    assert heir.turn(21.1) is Verb.REPLACE
    assert heir.holds(21.1)
    assert server.lease.record.transitions == 2


def test_a_renewal_raises_the_recorded_counter_and_never_lowers_it() -> None:
    server = Server()
    candidate = leading(server)
    recorded = []
    for second, counter in ((22, 3), (24, 2), (26, None), (28, 4)):
        candidate.counter = counter
        assert candidate.turn(second) is Verb.REPLACE
        recorded.append(candidate.view(second).counter)
    assert recorded == [3, 3, 3, 4]


def test_a_tenure_that_was_seen_to_end_does_not_come_back_with_a_restored_copy() -> None:
    server = Server()
    candidate = leading(server)
    held = server.lease
    assert held is not None
    assert candidate.view(21).tenures.marks == (tenure_of(held),)
    server.edit(holder="bp-1_x", transitions=7)
    candidate.watch(22)
    assert candidate.view(22).tenures.marks == ()
    server.write(held.record)
    candidate.watch(23)
    assert candidate.view(23).tenures.marks == ()


def test_before_the_first_look_former_tenures_are_kept() -> None:
    server = Server()
    leading(server)
    assert server.lease is not None
    former = (tenure_of(server.lease), "another-lease/1/1")
    heir = Candidate(server, former=held_until(33, *former))
    assert set(heir.view(0).tenures.marks) == set(former)
    heir.turn(21)
    assert heir.view(21).tenures.marks == (tenure_of(server.lease),)


def test_an_acquisition_that_lands_late_is_told_from_a_foreign_write() -> None:
    server = Server()
    candidate = Candidate(server)
    candidate.attend(20)
    request = candidate.ask(20)
    assert request is not None
    candidate.answer(23, request, Failure.UNKNOWN)
    assert candidate.view(24).ours  # it may still come to name this pod
    answer = server.perform(request)
    assert isinstance(answer, Found)
    candidate.watch(24)
    assert candidate.holds(29.9)
    assert not candidate.holds(30)


def test_a_candidate_says_when_it_asks_next() -> None:
    """Whoever waits until then, and for answers, misses nothing that it would ask."""
    server = Server(LeaseRecord(holder="bp-1_x", duration_s=20, transitions=3))
    candidate = Candidate(server)
    asked: list[tuple[float, Verb]] = []
    for tenth in range(400):
        now = at(tenth / 10)
        due = candidate.view(tenth / 10).asks_at_ns <= now.boot_ns
        request = candidate.ask(tenth / 10)
        assert (request is not None) == due
        if request is None:
            continue
        assert candidate.view(tenth / 10).asks_at_ns > now.boot_ns  # the answer is news
        asked.append((tenth / 10, request.verb))
        lost = len(asked) == 3
        candidate.answer(tenth / 10, request, Failure.UNKNOWN if lost else server.perform(request))
    read, replace = Verb.READ, Verb.REPLACE
    assert asked[:5] == [(0.0, read), (4.0, read), (8.0, read), (10.2, read), (14.2, read)]
    taken = next(seconds for seconds, verb in asked if verb is replace)
    assert 20 <= taken < 23  # a look had failed: the Lease's own time comes on top
    assert [seconds for seconds, _ in asked if seconds > taken] == pytest.approx(
        [taken + 2 * number for number in range(1, int((40 - taken) / 2) + 1)], abs=0.15
    )


def test_without_an_answer_it_asks_nothing_for_as_long_as_one_may_come() -> None:
    candidate = Candidate(Server())
    assert candidate.view(0).asks_at_ns <= at(0).boot_ns
    request = candidate.ask(0)
    assert request is not None
    assert candidate.view(1).asks_at_ns == at(1).boot_ns + TERMS.request_ns

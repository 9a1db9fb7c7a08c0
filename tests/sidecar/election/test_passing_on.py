"""A Lease of several groups: to whom a release is passed, and what is waived in silence."""

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.elector import Elector
from forge_manager.election.knowledge import RESERVED_NS
from forge_manager.election.messages import Failure, LeaseIntent, Verb
from forge_manager.election.record import Lease, LeaseRecord, cluster_of, hub_identity_of, released
from tests.sidecar.election.server import POOL, TERMS, Candidate, Server, at

HELD = LeaseRecord("east/bp-1/x", 15, 1, 1, 4, POOL, 1, "")
RESERVED_S = RESERVED_NS / SECOND


def candidate(server: Server, group: str = "east", *, goes_on_alone: bool = False) -> Candidate:
    made = Candidate(server)
    made.identity = hub_identity_of(group, "bp-0", "uid")
    made.elector = Elector(
        identity=made.identity,
        pool_id=POOL,
        terms=TERMS,
        group=group,
        goes_on_alone=goes_on_alone,
    )
    made.turn(0)
    return made


def test_the_holder_of_a_shared_lease_names_its_cluster() -> None:
    assert cluster_of(hub_identity_of("eu-west", "bp-0", "u")) == "eu-west"
    assert cluster_of("") == ""


@pytest.mark.parametrize(("passed_to", "waits_s"), [("", 0), ("east", 0), ("west", RESERVED_S)])
def test_a_release_is_left_for_a_while_to_whom_it_is_passed(passed_to: str, waits_s: float) -> None:
    one = candidate(Server(HELD))
    assert one.server.lease is not None
    one.server.write(released(one.server.lease, 15, passed_to))
    one.watch(5)
    assert one.view(5).passed_to == passed_to
    if waits_s:
        assert one.turn(5 + waits_s - 0.1) is not Verb.REPLACE
    assert one.turn(5 + waits_s) is Verb.REPLACE


def test_a_release_that_was_not_watched_is_waited_for_whomever_it_names() -> None:
    one = candidate(Server(released(Lease("uid-1", 1, HELD), 15, "east")))
    one.attend(14)
    assert one.turn(14.9) is not Verb.REPLACE
    assert one.turn(15) is Verb.REPLACE


def test_a_lease_is_released_for_the_group_that_is_named_and_taken_for_nobody() -> None:
    one = candidate(Server(HELD))
    one.attend(20)
    one.turn(20)
    assert one.server.lease is not None
    assert one.server.lease.record.passed_to == ""
    request = one.elector.step(at(21), LeaseIntent.RELEASE, counter=1, jitter=0.0, successor="west")
    assert request is not None
    assert request.record is not None
    assert (request.record.holder, request.record.passed_to) == ("", "west")
    one.answer(21, request, one.server.perform(request))
    other = candidate(one.server)
    other.attend(40)
    other.turn(40)
    assert one.server.lease.record.passed_to == ""


def silent(*, goes_on_alone: bool) -> Candidate:
    """Return a holder whose server has not answered for half a minute."""
    one = candidate(Server(HELD), goes_on_alone=goes_on_alone)
    one.attend(20)
    one.turn(20)
    for tenth in range(220, 500):
        request = one.ask(tenth / 10)
        if request is not None:
            one.answer(tenth / 10, request, Failure.UNKNOWN)
    assert not one.holds(50)
    return one


def test_a_proof_is_over_when_nobody_answers() -> None:
    assert not silent(goes_on_alone=False).view(50).suffices(at(50))


def test_whoever_goes_on_alone_does_so_until_something_speaks_against_it() -> None:
    one = silent(goes_on_alone=True)
    assert one.view(50).suffices(at(50))
    assert not one.view(50).proven(at(50))
    assert one.view(50).ours  # so that nothing says that it is handed over
    one.server.edit(holder="west/bp-0/y")
    one.watch(51)
    assert not one.view(51).suffices(at(51))


def test_whoever_goes_on_alone_takes_it_back_though_it_forges() -> None:
    one = silent(goes_on_alone=True)
    asked = [one.turn(second, LeaseIntent.KEEP) for second in range(52, 80, 2)]
    assert Verb.REPLACE in asked
    assert one.holds(80)


def test_who_never_held_it_does_not_go_on_alone() -> None:
    one = candidate(Server(HELD), goes_on_alone=True)
    assert not one.view(50).suffices(at(50))

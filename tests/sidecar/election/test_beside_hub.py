"""A Lease beside a hub's: its holder goes on without its API server; who may follow, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from forge_manager.election.messages import ElectionReason, Failure, LeaseIntent, Verb
from forge_manager.election.record import (
    Lease,
    LeaseRecord,
    hub_uid_of,
    released,
    tenure_of,
    under_mark,
)
from forge_manager.election.terms import Terms, terms_for, with_failsafe
from tests.sidecar.election.server import POOL, Candidate, Server, at, held_until, leading

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.bond import HubLease

LONG = with_failsafe(Terms(), 300)
UNMARKED = LeaseRecord("bp-9_other", 315, 1, 1, 4, POOL, 1)
HELD = replace(UNMARKED, under="hub-a/4")


@dataclass
class Hub:
    """What the elector of the hub's Lease says: which one it is, and whether it is held."""

    uid: str = "hub-a"
    held: bool = False
    until_ns: int = 0

    def held_uid(self, _: Moment) -> str:
        return self.uid if self.held else ""


def candidate_of(
    server: Server, hub: HubLease | None = None, name: str = "bp-0", terms: Terms = LONG
) -> Candidate:
    """Return one that saw the Lease at second 0."""
    found = Candidate(server, name, terms=terms, hub=hub)
    found.turn(0)
    return found


def leader(hub: Hub, name: str = "bp-0") -> Candidate:
    """Return one that has held it since second 15, by full right, and holds the hub's, too."""
    server = Server(released(Lease("uid-1", 1, UNMARKED), 15))
    found = candidate_of(server, hub, name)
    assert found.takes_at(0, 40) == 15
    hub.held = True
    return found


def record(candidate: Candidate) -> LeaseRecord:
    assert candidate.server.lease is not None
    return candidate.server.lease.record


def unanswered(candidate: Candidate, begin: int, end: int) -> None:
    """Let it ask in vain."""
    for second in range(begin, end, 3):
        if request := candidate.ask(second, LeaseIntent.KEEP):
            candidate.answer(second + 1, request, Failure.UNKNOWN)


# The holder


def test_it_goes_on_while_it_holds_the_hubs() -> None:
    candidate = leader(Hub())
    unanswered(candidate, 16, 304)
    assert candidate.holds(15 + 293.9)
    assert not candidate.holds(15 + 294.1)


def test_without_the_hubs_it_holds_for_as_long_as_ever() -> None:
    hub = Hub()
    candidate = leader(hub)
    unanswered(candidate, 16, 20)
    hub.held = False
    assert candidate.holds(15 + 9.9)
    assert not candidate.holds(15 + 10.1)
    hub.held = True  # it had lapsed, and came back
    assert candidate.holds(15 + 10.1)


def test_it_renews_when_its_server_is_back_after_minutes() -> None:
    candidate = leader(Hub())
    unanswered(candidate, 16, 200)
    candidate.turn(205, LeaseIntent.KEEP)
    assert candidate.holds(205 + 270)


def test_one_that_lost_the_hub_meanwhile_does_not() -> None:
    hub = Hub()
    candidate = leader(hub)
    unanswered(candidate, 16, 200)
    hub.held = False
    for second in range(205, 300):
        assert candidate.turn(second, LeaseIntent.KEEP) in (None, Verb.READ), second


def test_it_says_under_which_hub_from_its_next_renewal_on() -> None:
    hub = Hub(uid="")
    candidate = leader(hub)
    assert record(candidate).under == ""
    hub.held = False
    assert candidate.holds(15 + 9.9)
    assert not candidate.holds(15 + 10.1)
    hub.uid, hub.held = "hub-a", True
    assert candidate.holds(15 + 9.9)
    assert not candidate.holds(15 + 10.1)  # nobody may follow it early, but it goes on no longer
    candidate.turn(17, LeaseIntent.KEEP)
    assert hub_uid_of(record(candidate)) == "hub-a"
    assert candidate.holds(17 + 293)


def test_a_first_word_that_may_have_landed_takes_nothing_away() -> None:
    hub = Hub(uid="")
    candidate = leader(hub)
    hub.uid = "hub-a"
    request = candidate.ask(17, LeaseIntent.KEEP)
    assert request is not None
    candidate.answer(18, request, Failure.UNKNOWN)
    assert candidate.holds(15 + 9.9)
    assert not candidate.holds(15 + 10.1)


def test_it_is_not_handed_over_before_it_is_released() -> None:
    candidate = leader(Hub())
    request = candidate.ask(17, LeaseIntent.RELEASE)
    assert request is not None
    assert candidate.view(17).ours
    candidate.answer(17, request, candidate.server.perform(request))
    assert not candidate.view(17).ours


def test_under_another_hub_it_holds_nothing_until_its_record_says_so() -> None:
    """Somebody may have followed it under the former one."""
    hub = Hub()
    candidate = leader(hub)
    hub.uid = "hub-b"
    assert not candidate.holds(16)
    candidate.turn(17, LeaseIntent.KEEP)
    assert hub_uid_of(record(candidate)) == "hub-b"
    assert candidate.holds(18)


def test_it_names_the_hub_on_when_that_is_not_to_be_seen() -> None:
    """Its Lease was deleted, say: somebody may have followed under it."""
    hub = Hub()
    candidate = leader(hub)
    hub.uid, hub.held = "", False
    assert candidate.turn(17, LeaseIntent.KEEP) is Verb.REPLACE
    assert hub_uid_of(record(candidate)) == "hub-a"


def test_the_hubs_lease_counts_for_as_long_as_it_is_proven() -> None:
    hub = Candidate(Server(released(Lease("hub-a", 1, UNMARKED), 15)), "bp-0")
    assert hub.elector.held_uid(at(0)) == ""
    hub.attend(15)
    own = candidate_of(Server(released(Lease("uid-1", 1, UNMARKED), 15)), hub.elector)
    assert own.takes_at(0, 40) == 15
    assert hub_uid_of(record(own)) == hub.elector.uid == "uid-1"
    assert hub.takes_at(15, 40) == 15
    assert hub.turn(17) is Verb.REPLACE
    assert own.holds(26.9)
    assert not own.holds(27.1)


def test_a_word_that_may_have_landed_counts_as_said() -> None:
    hub = Hub()
    candidate = leader(hub)
    hub.uid = "hub-b"
    request = candidate.ask(17, LeaseIntent.KEEP)
    assert request is not None
    candidate.answer(18, request, Failure.UNKNOWN)
    for hub.uid in ("hub-a", "hub-b"):
        assert not candidate.holds(19)


def test_a_word_of_long_ago_may_have_landed_all_the_same() -> None:
    """Its answer was lost, and those of more renewals than are remembered."""
    hub = Hub()
    server = Server(released(Lease("uid-1", 1, UNMARKED), 60))
    candidate = candidate_of(server, hub, terms=with_failsafe(terms_for(60), 300))
    since = candidate.takes_at(0, 100)
    assert since is not None
    hub.held, hub.uid = True, "hub-b"
    request = candidate.ask(since + 2, LeaseIntent.KEEP)
    assert request is not None
    candidate.answer(since + 2, request, Failure.UNKNOWN)
    hub.uid = "hub-a"
    for second in range(4, 54):
        if request := candidate.ask(since + second, LeaseIntent.KEEP):
            candidate.answer(since + second, request, Failure.UNKNOWN)
    assert not candidate.holds(since + 54)


def test_it_names_no_other_hub_before_its_node_can_forge_by_the_former_no_more() -> None:
    """Its node may not be off yet: the former hub's Lease may last for longer than this one."""
    hub = Hub()
    candidate = leader(hub)
    hub.uid, hub.held, hub.until_ns = "hub-b", False, at(19).boot_ns
    candidate.turn(17, LeaseIntent.KEEP)
    assert record(candidate).renewed_us > record(candidate).acquired_us
    assert hub_uid_of(record(candidate)) == "hub-a"
    candidate.turn(19, LeaseIntent.KEEP)
    assert hub_uid_of(record(candidate)) == "hub-b"


def test_by_another_hub_that_it_holds_its_node_was_off() -> None:
    hub = Hub()
    candidate = leader(hub)
    hub.uid, hub.until_ns = "hub-b", at(30).boot_ns
    candidate.turn(17, LeaseIntent.KEEP)
    assert hub_uid_of(record(candidate)) == "hub-b"


def test_the_time_of_a_proof_is_over_when_the_node_is_off() -> None:
    candidate = leading(Server())
    assert candidate.elector.until_ns == at(20 + 13.5).boot_ns
    candidate.turn(21, LeaseIntent.RELEASE)
    assert candidate.elector.until_ns == 0


# Who goes by the same hub


def test_who_goes_by_the_same_hub_follows_as_fast_as_ever() -> None:
    assert candidate_of(Server(HELD), Hub()).takes_at(0, 400) == 15


def test_who_follows_early_goes_by_that_hub_alone() -> None:
    hub = Hub()
    candidate = candidate_of(Server(HELD), hub)
    assert candidate.takes_at(0, 400) == 15
    assert hub_uid_of(record(candidate)) == "hub-a"
    hub.held = True
    assert candidate.holds(16)
    hub.uid = "hub-b"
    assert not candidate.holds(16)
    # Nor does it say anything else until nobody before it can forge: it leaves it to others.
    for second in range(17, 290):
        assert candidate.turn(second, LeaseIntent.KEEP) in (None, Verb.READ), second


def test_who_follows_early_may_change_hubs_when_nobody_before_it_can_forge() -> None:
    hub = Hub(held=True)
    candidate = candidate_of(Server(HELD), hub)
    assert candidate.takes_at(0, 40) == 15
    for second in range(17, 331, 2):
        candidate.turn(second, LeaseIntent.KEEP)
    hub.uid = "hub-b"
    candidate.turn(333, LeaseIntent.KEEP)
    assert hub_uid_of(record(candidate)) == "hub-b"


def test_who_follows_early_lets_nobody_else_in() -> None:
    """Whoever it followed may still forge, and an outsider would take a release at once."""
    candidate = candidate_of(Server(HELD), Hub())
    assert candidate.takes_at(0, 40) == 15
    assert candidate.view(16).ours
    for second in range(17, 26):
        assert candidate.turn(second, LeaseIntent.RELEASE) is not Verb.REPLACE
    assert record(candidate).holder == candidate.identity
    assert not candidate.view(26).ours  # and nobody waits for what does not come


def test_who_followed_early_releases_when_nobody_before_it_can_forge() -> None:
    candidate = candidate_of(Server(HELD), Hub(held=True))
    assert candidate.takes_at(0, 40) == 15
    for second in range(17, 331, 2):
        candidate.turn(second, LeaseIntent.KEEP)
    candidate.turn(332, LeaseIntent.RELEASE)
    assert record(candidate).holder == ""
    assert record(candidate).under == ""


def test_who_follows_one_whose_lease_is_longer_keeps_others_away_for_as_long() -> None:
    """The values of a roll-out may shorten it: the record tells of the longest that may run."""
    candidate = candidate_of(Server(HELD), Hub(held=True), terms=with_failsafe(Terms(), 20))
    assert candidate.takes_at(0, 40) == 15
    for second in range(17, 313, 2):
        candidate.turn(second, LeaseIntent.KEEP)
        assert record(candidate).duration_s == 300  # 15 of the 315 have passed
    candidate.turn(314, LeaseIntent.RELEASE)
    assert record(candidate).holder
    candidate.turn(316, LeaseIntent.RELEASE)
    assert record(candidate).holder == ""


@pytest.mark.parametrize("hub", [Hub(), Hub("")], ids=["known", "not yet known"])
def test_a_manager_that_starts_anew_does_not_know_whom_it_followed(hub: Hub) -> None:
    before = candidate_of(Server(HELD), Hub())
    assert before.takes_at(0, 40) == 15
    assert before.server.lease is not None
    former = held_until(28, tenure_of(before.server.lease))
    again = Candidate(before.server, terms=LONG, former=former, hub=hub)
    assert again.turn(20, LeaseIntent.RELEASE) is Verb.READ
    assert again.turn(21, LeaseIntent.RELEASE) is not Verb.REPLACE
    # It takes its own at once, as one that followed early.
    assert again.turn(22) is Verb.REPLACE
    assert hub_uid_of(record(again)) == "hub-a"
    assert again.turn(24, LeaseIntent.RELEASE) is not Verb.REPLACE


def test_a_manager_that_starts_anew_takes_back_what_named_no_hub() -> None:
    before = leader(Hub(uid=""))
    assert before.server.lease is not None
    former = held_until(28, tenure_of(before.server.lease))
    again = Candidate(before.server, terms=LONG, former=former, hub=Hub())
    again.turn(20)
    assert again.turn(21) is Verb.REPLACE
    assert hub_uid_of(record(again)) == "hub-a"
    again.turn(23, LeaseIntent.RELEASE)
    assert record(again).holder == ""


@pytest.mark.parametrize("hub", [None, Hub(), Hub("")], ids=["none", "known", "not yet known"])
def test_a_manager_that_starts_anew_releases_what_named_no_hub(hub: Hub | None) -> None:
    before = leader(Hub(uid=""))
    assert before.server.lease is not None
    former = held_until(28, tenure_of(before.server.lease))
    again = Candidate(before.server, terms=LONG, former=former, hub=hub)
    again.turn(20, LeaseIntent.RELEASE)
    again.turn(21, LeaseIntent.RELEASE)
    assert record(again).holder == ""


def test_who_followed_early_renews_while_the_hub_is_not_to_be_seen() -> None:
    hub = Hub()
    candidate = candidate_of(Server(HELD), hub)
    assert candidate.takes_at(0, 40) == 15
    hub.uid = ""
    assert candidate.turn(17, LeaseIntent.KEEP) is Verb.REPLACE


def test_a_manager_that_starts_anew_by_another_hub_waits() -> None:
    before = candidate_of(Server(HELD), Hub())
    assert before.takes_at(0, 40) == 15
    assert before.server.lease is not None
    former = held_until(28, tenure_of(before.server.lease))
    again = Candidate(before.server, terms=LONG, former=former, hub=Hub("hub-b"))
    again.turn(20)
    assert again.view(21).obstacle is ElectionReason.LEASE_HELD


def test_a_lease_that_was_deleted_is_followed_by_who_saw_it() -> None:
    candidate = candidate_of(Server(HELD), Hub(), terms=with_failsafe(Terms(), 20))
    candidate.watch(2)
    candidate.server.lease = None
    candidate.turn(8)
    assert candidate.takes_at(8, 40) == 23
    assert hub_uid_of(record(candidate)) == "hub-a"
    assert record(candidate).duration_s == 300  # of 315 from when it was missed
    candidate.turn(24, LeaseIntent.RELEASE)
    assert record(candidate).holder


# Everybody else


OUTSIDERS = {
    "several without": (None, Terms()),
    "the only one without": (None, LONG),
    "another hub": (Hub("hub-b"), LONG),
    "a hub that is not known yet": (Hub(""), LONG),
}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_waits_in_full(who: str) -> None:
    hub, terms = OUTSIDERS[who]
    candidate = candidate_of(Server(HELD), hub, "bp-1", terms)
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315
    # By full right: it names its own hub, and lets anybody in.
    assert hub_uid_of(record(candidate)) == (hub.uid if hub else "")
    candidate.turn(318, LeaseIntent.RELEASE)
    assert record(candidate).holder == ""


def test_who_goes_by_the_same_hub_and_waited_for_everybody_follows_by_full_right() -> None:
    candidate = candidate_of(Server(HELD), Hub())
    candidate.attend(316)
    assert candidate.takes_at(316, 400) == 316
    candidate.turn(318, LeaseIntent.RELEASE)
    assert record(candidate).holder == ""


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_waits_for_who_was_followed(who: str) -> None:
    hub, terms = OUTSIDERS[who]
    server = Server(HELD)
    outsider = candidate_of(server, hub, "bp-1", terms)
    early = candidate_of(server, Hub(), "bp-2")
    for second in range(1, 15):
        early.turn(second)
        outsider.turn(second, LeaseIntent.RELEASE)
    assert early.turn(15) is Verb.REPLACE
    outsider.watch(15)
    early.turn(20, LeaseIntent.RELEASE)
    outsider.watch(20)
    for second in range(21, 328):
        assert outsider.turn(second, LeaseIntent.RELEASE) is not Verb.REPLACE
    assert outsider.takes_at(328, 400) == 330


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_person_who_says_that_a_follower_is_dead_says_nothing_of_whom_it_followed(
    who: str,
) -> None:
    hub, terms = OUTSIDERS[who]
    server = Server(HELD)
    assert server.lease is not None
    server.lease = replace(server.lease, gone="other/4")
    candidate = candidate_of(server, hub, "bp-1", terms)
    candidate.attend(100)
    assert candidate.view(100).obstacle is ElectionReason.LEASE_HELD


def test_a_lease_that_was_never_seen_is_waited_for_in_full() -> None:
    candidate = candidate_of(Server(), Hub())
    candidate.attend(310)
    assert candidate.takes_at(310, 400) == 315


@pytest.mark.parametrize(
    "under",
    ["hub-a", "hub-a/", "hub-a/3", "/4", "4", "hub-b/4", "hub-a/4/4", "hub-a/ 4"],
    ids=["no number", "empty", "carried along", "no uid", "number", "other", "longer", "blank"],
)
def test_a_mark_that_is_not_this_holdings_is_none(under: str) -> None:
    candidate = candidate_of(Server(replace(HELD, under=under)), Hub())
    assert candidate.view(20).obstacle is ElectionReason.LEASE_HELD


def test_a_release_by_full_right_is_taken_at_once_by_anybody() -> None:
    candidate = leader(Hub())
    outsider = Candidate(candidate.server, "bp-1")
    outsider.turn(16)
    candidate.turn(17, LeaseIntent.RELEASE)
    outsider.watch(17)
    assert outsider.turn(17) is Verb.REPLACE


def test_the_mark_has_no_form_without_a_hub() -> None:
    assert under_mark("", 4) == ""
    assert hub_uid_of(replace(HELD, under="")) == ""

"""A metrics page may be slow or stall: proofs take longer then, and nobody is killed for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.moment import MILLISECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.forging.actions import KillNode
from forge_manager.forging.phases import ForgingReason, Phase
from forge_manager.forging.scrapes import LANDING_NS, SETTLE_NS, Run, Sighup, extended, has_landed
from forge_manager.forging.situation import Scrape
from tests.sidecar.forging.pod import NODE, PodUnderTest

PAGES = [0.01, 0.25, 1.0, 1.9]
STALL_S = 20


def run_proven(pod: PodUnderTest, seconds: float, until: Phase | None = None) -> None:
    """Run while the lease is renewed, at most until a phase is reached."""
    for _ in range(int(seconds * 4)):
        pod.prove()
        actions = pod.run(0.2)
        assert KillNode(NODE) not in actions
        if pod.phase is until:
            return
    assert until is None, f"{pod.phase} instead of {until}"


def leader(page_s: float) -> PodUnderTest:
    pod = PodUnderTest()
    pod.page_s = page_s
    pod.up(5)
    run_proven(pod, 20, until=Phase.FORGING)
    return pod


@pytest.mark.parametrize("page_s", PAGES)
def test_a_slow_page_confirms_on_and_off_and_nobody_is_killed(page_s: float) -> None:
    pod = leader(page_s)
    run_proven(pod, 5)
    pod.situation = {"terminating": True}
    run_proven(pod, 20, until=Phase.STANDBY)
    assert pod.metric == 0
    assert ForgingReason.SWITCH_ON_FAILED not in pod.reasons


@pytest.mark.parametrize("page_s", PAGES)
def test_a_slow_page_lets_new_keys_be_taken(page_s: float) -> None:
    pod = leader(page_s)
    pod.deliver(2)
    run_proven(pod, 20, until=Phase.SWITCHING_OFF)
    run_proven(pod, 30, until=Phase.FORGING)
    assert pod.live_counter == 2
    assert ForgingReason.SWITCH_ON_FAILED not in pod.reasons


@pytest.mark.parametrize("page_s", [0.01, 1.9])
def test_a_leader_whose_page_stalls_forges_on(page_s: float) -> None:
    pod = leader(page_s)
    pod.scrapes = False
    run_proven(pod, STALL_S)
    assert pod.phase is Phase.FORGING
    pod.scrapes = True
    run_proven(pod, 5)
    assert pod.phase is Phase.FORGING


def test_a_page_that_stalls_while_the_node_is_switched_off_delays_the_hand_over() -> None:
    pod = leader(0.01)
    pod.scrapes = False
    pod.situation = {"terminating": True}
    run_proven(pod, STALL_S)
    assert pod.phase is Phase.SWITCHING_OFF
    assert pod.intents == (LeaseIntent.KEEP,)
    pod.scrapes = True
    run_proven(pod, 2, until=Phase.STANDBY)


def test_a_page_that_stalls_while_the_node_is_switched_on_kills_nobody() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    pod.run()
    assert pod.phase is Phase.SWITCHING_ON
    pod.scrapes = False
    run_proven(pod, STALL_S)
    assert pod.reasons[-1] == ForgingReason.SWITCH_ON_FAILED
    pod.scrapes = True
    run_proven(pod, 5, until=Phase.FORGING)  # it was off first, and its back-off is over
    assert ForgingReason.OFF_CONFIRMED in pod.reasons


def test_a_page_that_is_gone_for_good_ends_the_node_so_that_another_can_lead() -> None:
    pod = leader(0.01)
    pod.scrapes = False
    pod.situation = {"held_off": True}
    run_proven(pod, STALL_S)
    for _ in range(11):
        pod.prove()
        if KillNode(NODE) in pod.run(1):
            break
    assert pod.reasons[-2:] == [ForgingReason.NODE_DID_NOT_GO_OFF, ForgingReason.NODE_ENDED]


@pytest.mark.parametrize("page_s", PAGES)
def test_a_node_that_answers_and_does_not_go_off_is_killed_when_it_refused_three_times(
    page_s: float,
) -> None:
    pod = leader(page_s)
    pod.obeys = False
    pod.situation = {"terminating": True}
    for _ in range(30):
        pod.prove()
        if KillNode(NODE) in pod.run(1):
            break
    assert pod.reasons[-2:] == [ForgingReason.NODE_DID_NOT_GO_OFF, ForgingReason.NODE_ENDED]


def test_a_node_that_came_on_too_late_is_not_killed_for_going_off_late() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.obeys = False
    pod.prove()
    run_proven(pod, 5, until=Phase.SWITCHING_OFF)
    assert pod.reasons[-1] == ForgingReason.SWITCH_ON_FAILED
    pod.metric = 1
    run_proven(pod, 20)
    pod.metric = 0
    run_proven(pod, 5, until=Phase.STANDBY)


def test_a_slow_node_is_killed_all_the_same_once_its_lease_is_not_proven() -> None:
    pod = leader(1.9)
    pod.proofs = [None]
    assert KillNode(NODE) in pod.run(6)


def test_a_page_that_stalls_is_not_waited_for_without_a_guard() -> None:
    pod = leader(0.01)
    pod.scrapes = pod.guarded = False
    pod.prove()
    assert KillNode(NODE) in pod.run(8)


def answers(gaps_ms: list[int], value: int) -> Run:
    """Return the run of answers that came with these gaps."""
    at_ns, run = 0, None
    for gap in [1, *gaps_ms]:
        at_ns += gap * MILLISECOND
        run = extended(run, Scrape(NODE, at_ns - 1, at_ns, value), None)
    assert run is not None
    return run


OFF = Sighup(1, 0, 1)
UNCHANGED = Sighup(1, 0, 0)


@given(
    gaps=st.lists(st.integers(50, 2000), min_size=1, max_size=60),
    stopped=st.integers(0, 59),
    long_ms=st.integers(0, 60_000),
)
def test_nothing_is_proven_of_a_node_that_was_stopped_once_and_hardly_ran(
    gaps: list[int], stopped: int, long_ms: int
) -> None:
    place = stopped % len(gaps)
    ran_ns = sum(gap for index, gap in enumerate(gaps) if index != place) * MILLISECOND
    run = answers([gap + long_ms * (index == place) for index, gap in enumerate(gaps)], 0)
    if has_landed(OFF, run):
        assert ran_ns >= SETTLE_NS
    if has_landed(UNCHANGED, run):
        assert ran_ns >= LANDING_NS


@pytest.mark.parametrize(
    ("gaps_ms", "settled"),
    [
        ([60] * 4, False),
        ([60] * 5, True),
        ([200, 150], False),  # either may hide a stop
        ([60, 60, 3000, 60, 60], False),  # a stop, and too little beside it
        ([60, 60, 3000, 60, 3000, 60], False),  # two stops
        ([1900], False),
        ([1900, 1900], True),
        ([250, 250], True),
        ([1000, 60, 1900, 60, 1900], True),  # now quick, now slow
    ],
)
def test_what_settles(gaps_ms: list[int], settled: bool) -> None:
    assert has_landed(OFF, answers(gaps_ms, 0)) is settled


def test_a_value_that_changed_back_begins_anew() -> None:
    run = answers([60] * 20, 1)
    assert not has_landed(OFF, extended(run, Scrape(NODE, 10**10, 10**10 + 1, 0), None))


def test_an_answer_that_was_asked_for_before_the_sighup_is_no_evidence() -> None:
    pod = leader(1.0)
    run_proven(pod, 3)
    pod.situation = {"held_off": True}
    pod.run()
    sent_ns = pod.boot_ns
    run_proven(pod, 10, until=Phase.STANDBY)
    run = pod.machine.state.run
    assert run is not None
    assert run.answers_ns[0] - sent_ns > 900 * MILLISECOND

"""A pod whose certificate cannot sign now lets others lead, and leads again where nobody does."""

from dataclasses import replace

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.credentials.verdict import KesTime
from forge_manager.election.messages import ElectionReason, LeaseIntent, LeaseView
from forge_manager.forging.last_resort import FIRST_TURN_NS, LONGEST_TURN_NS, STAND_BACK_NS
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.situation import Credentials
from tests.sidecar.forging.pod import PodUnderTest

STAND_BACK_S, TURN_S = STAND_BACK_NS / SECOND, FIRST_TURN_NS / SECOND
EXPIRED = Credentials(True, 1, "set-1", KesTime.OVER, KesTime.OVER)
FUTURE = replace(EXPIRED, kes=KesTime.NOT_YET, live_kes=KesTime.NOW)
FREE = LeaseView(None, False, "", None, ElectionReason.LEASE_RELEASED, 1)
HELD = replace(FREE, holder="bp-1_uid", obstacle=ElectionReason.LEASE_HELD)


def standby(keys: Credentials, lease: LeaseView = FREE) -> PodUnderTest:
    """Return one that sees this Lease, and has these keys."""
    pod = PodUnderTest()
    pod.situation = {"credentials": keys, "leases": (lease,)}
    pod.up(0.5)
    return pod


def obstacle(pod: PodUnderTest) -> Obstacle | None:
    assert pod.decision is not None
    return pod.decision.obstacle


def fit(pod: PodUnderTest) -> bool:
    assert pod.decision is not None
    return pod.decision.fit


def test_a_leader_whose_keys_expire_switches_off_and_lets_go() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"credentials": EXPIRED}
    pod.prove()
    pod.run(2)
    assert pod.reasons == [ForgingReason.KES_PERIOD_EXPIRED, ForgingReason.OFF_CONFIRMED]
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert (obstacle(pod), fit(pod)) == (Obstacle.KES_PERIOD_EXPIRED, False)


@pytest.mark.parametrize(
    "keys",
    [
        replace(EXPIRED, kes=KesTime.NOW),  # it is to take what is checked
        replace(EXPIRED, live_kes=KesTime.NOW),
        replace(EXPIRED, checked=False),  # it could not come back
        replace(EXPIRED, counter=0),
    ],
)
def test_a_leader_goes_on_with_what_it_could_not_come_back_to(keys: Credentials) -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"credentials": keys}
    pod.prove()
    pod.run(2)
    assert pod.phase is Phase.FORGING


def test_an_expired_standby_leads_when_nobody_took_the_lease() -> None:
    pod = standby(EXPIRED)
    pod.run(STAND_BACK_S - 2)
    assert (obstacle(pod), pod.intents) == (Obstacle.KES_PERIOD_EXPIRED, (LeaseIntent.RELEASE,))
    pod.run(3)
    assert (obstacle(pod), pod.intents) == (None, (LeaseIntent.CAMPAIGN,))
    assert not fit(pod)  # to other clusters
    assert pod.machine.is_last_resort(pod.now)


def test_its_turn_ends_and_the_next_one_is_longer() -> None:
    pod = standby(EXPIRED)
    turns = []
    for _ in range(5):
        pod.run(STAND_BACK_S + 1)
        began_ns = pod.boot_ns
        assert obstacle(pod) is None
        pod.situation["leases"] = (replace(FREE, ours=True),)
        state = pod.machine.state.last_resort
        turns.append(state.turn_ns)
        pod.boot_ns = state.until_ns
        pod.run()
        assert obstacle(pod) is Obstacle.KES_PERIOD_EXPIRED
        assert pod.boot_ns - began_ns <= LONGEST_TURN_NS + SECOND
        pod.situation["leases"] = (FREE,)
    assert turns == [FIRST_TURN_NS, 2 * FIRST_TURN_NS, *[LONGEST_TURN_NS] * 3]


def test_its_turn_ends_when_another_pod_leads() -> None:
    pod = standby(EXPIRED)
    pod.run(STAND_BACK_S + 1)
    pod.situation["leases"] = (HELD,)
    pod.run()
    assert obstacle(pod) is Obstacle.KES_PERIOD_EXPIRED
    pod.situation["leases"] = (FREE,)  # that one is gone: others first, again
    pod.run(STAND_BACK_S - 2)
    assert obstacle(pod) is Obstacle.KES_PERIOD_EXPIRED


def test_one_that_has_not_seen_the_lease_does_not_count_it_as_free() -> None:
    pod = standby(EXPIRED, replace(FREE, obstacle=ElectionReason.LEASE_NOT_SEEN))
    pod.run(STAND_BACK_S + 5)
    assert obstacle(pod) is Obstacle.KES_PERIOD_EXPIRED


def test_keys_that_are_not_yet_valid_never_lead_and_their_counter_is_not_said() -> None:
    pod = standby(replace(FUTURE, counter=7))
    pod.run(STAND_BACK_S + TURN_S)
    assert (obstacle(pod), fit(pod)) == (Obstacle.KES_PERIOD_IN_FUTURE, False)
    assert pod.decision is not None
    assert pod.decision.counter is None
    pod.situation["credentials"] = replace(FUTURE, kes=KesTime.NOW)
    pod.run()
    assert obstacle(pod) is None


def test_a_leader_does_not_change_to_keys_that_are_not_yet_valid() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.deliver(2)
    pod.situation = {"credentials": replace(FUTURE, counter=2, name="set-2")}
    pod.prove()
    pod.run(2)
    assert (pod.phase, pod.recorded) == (Phase.FORGING, 1)

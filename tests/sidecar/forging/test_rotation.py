"""A leader changes to new keys without a restart, under the same lease."""

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.forging.actions import (
    Action,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.decision import Leap
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.rotation import ROTATION_PAUSE_NS
from forge_manager.forging.situation import HandOver
from tests.sidecar.forging.pod import BOOT, NODE, PodUnderTest

PAUSE_S = ROTATION_PAUSE_NS / SECOND
CHANGED = [
    ForgingReason.CREDENTIALS_CHANGED,
    ForgingReason.OFF_CONFIRMED,
    ForgingReason.LEASE_ACQUIRED,
    ForgingReason.FORGING_CONFIRMED,
]


def keep_the_lease(pod: PodUnderTest, seconds: float) -> list[Action]:
    """Run with a renewal each second; every intent on the way is to keep what is held."""
    actions: list[Action] = []
    for _ in range(int(seconds * 20)):
        pod.prove()
        actions += pod.run()
        assert pod.intents == (LeaseIntent.KEEP,)
    return actions


def put_live(actions: list[Action]) -> list[str | None]:
    """Return the names of the sets that are put in place."""
    return [action.name for action in actions if isinstance(action, PutKeysLive)]


def leading() -> PodUnderTest:
    pod = PodUnderTest()
    pod.lead()
    return pod


def test_new_keys_are_taken_off_and_on_again_under_the_same_lease() -> None:
    pod = leading()
    pod.deliver(2)
    actions = keep_the_lease(pod, 1.5)
    assert pod.reasons == CHANGED
    kinds = [type(action) for action in actions if not isinstance(action, PublishFence)]
    assert kinds == [UnlinkLive, SendSighup, PutKeysLive, SendSighup]
    assert (pod.live, pod.live_counter, pod.metric) == (LiveKeys.ALL, 2, 1)


def test_it_forges_again_in_less_than_a_second() -> None:
    pod = leading()
    pod.deliver(2)
    sent: list[int] = []
    for _ in range(40):
        pod.prove()
        sent += [pod.boot_ns for action in pod.run() if isinstance(action, SendSighup)]
    off_ns, on_ns = sent
    assert on_ns - off_ns < 0.7 * SECOND


@pytest.mark.parametrize("recorded", [1, None])
def test_the_lease_says_the_new_counter_before_the_node_is_switched_off_for_it(
    recorded: int | None,
) -> None:
    pod = leading()
    pod.renews, pod.recorded = False, recorded
    pod.deliver(2)
    assert [a for a in keep_the_lease(pod, 3) if not isinstance(a, PublishFence)] == []
    assert pod.decision is not None
    assert pod.decision.counter == 2
    pod.recorded = 2
    pod.run()
    assert pod.reasons == [ForgingReason.CREDENTIALS_CHANGED]


def test_a_set_that_came_while_it_was_switched_on_waits_for_its_announcement() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.renews = False
    pod.counter = 2
    pod.prove()
    assert SendSighup not in [type(action) for action in pod.run(1)]
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.KEEP,))  # known to be off
    pod.recorded = 2
    assert "set-2" in put_live(pod.run())


def test_keys_are_put_in_place_only_if_they_are_those_that_were_announced() -> None:
    pod = leading()
    pod.deliver(2)
    assert "set-2" in put_live(keep_the_lease(pod, 1))


def test_an_older_certificate_does_not_replace_the_one_in_use() -> None:
    pod = PodUnderTest()
    pod.counter = pod.live_counter = pod.recorded = 5
    pod.lead()
    pod.deliver(4)
    assert [a for a in keep_the_lease(pod, 3) if not isinstance(a, PublishFence)] == []
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.COUNTER_BEHIND
    assert pod.decision.counter is None
    assert pod.phase is Phase.FORGING


def test_a_standby_with_the_lease_does_not_lead_with_an_older_certificate() -> None:
    pod = PodUnderTest()
    pod.recorded = 2
    pod.up()
    pod.prove()
    pod.run(1)
    assert pod.phase is Phase.STANDBY
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.COUNTER_BEHIND
    assert pod.intents == (LeaseIntent.RELEASE,)


@pytest.mark.parametrize(
    ("used", "checked", "leap"),
    [(3, 3, None), (3, 4, None), (3, 5, Leap(3, 5)), (3, 2, None), (None, 7, None)],
)
def test_a_certificate_that_leaves_counters_out_is_told_of(
    used: int | None, checked: int, leap: Leap | None
) -> None:
    pod = PodUnderTest()
    pod.recorded, pod.counter = used, checked
    pod.run()
    assert pod.decision is not None
    assert pod.decision.leap == leap


def test_a_leader_takes_a_certificate_that_leaves_counters_out() -> None:
    pod = leading()
    pod.deliver(9)
    keep_the_lease(pod, 1.5)
    assert pod.reasons == CHANGED
    assert pod.decision is not None
    assert pod.decision.leap is None  # the Lease says it by now


def test_sets_that_come_and_go_cost_one_change_a_minute() -> None:
    pod = leading()
    for _ in range(int(2.5 * PAUSE_S)):
        pod.deliver(1)  # the same counter: KES keys of two hosts, say
        keep_the_lease(pod, 1)
    assert pod.reasons.count(ForgingReason.CREDENTIALS_CHANGED) == 3


def test_a_second_new_set_is_taken_after_the_pause_and_announced_only_then() -> None:
    pod = leading()
    pod.deliver(2)
    keep_the_lease(pod, 2)
    pod.deliver(3)
    keep_the_lease(pod, 10)
    assert (pod.live_counter, pod.recorded) == (2, 2)
    keep_the_lease(pod, PAUSE_S)
    assert (pod.live_counter, pod.recorded) == (3, 3)


@pytest.mark.parametrize(
    "situation",
    [{"terminating": True}, {"hand_over": HandOver("bp-1", "1")}, {"held_off": True}],
)
@pytest.mark.parametrize("already", [True, False])
def test_giving_up_the_lease_comes_first(situation: dict[str, object], already: bool) -> None:
    pod = leading()
    if already:
        pod.situation = situation
    pod.deliver(2)
    pod.run(0.1)
    pod.situation = situation
    pod.run(1)
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.RELEASE,))
    assert ForgingReason.LEASE_ACQUIRED not in pod.reasons


def test_nothing_is_changed_while_the_metric_cannot_be_read() -> None:
    pod = leading()
    pod.scrapes = False
    keep_the_lease(pod, 5.5)
    pod.deliver(2)
    assert [a for a in keep_the_lease(pod, 2) if not isinstance(a, PublishFence)] == []


def test_new_keys_that_do_not_switch_on_are_given_up_with_the_lease() -> None:
    pod = leading()
    pod.deliver(2)
    keep_the_lease(pod, 0.3)
    pod.obeys = False
    pod.run(4)
    assert ForgingReason.SWITCH_ON_FAILED in pod.reasons
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert not any(isinstance(action, KillNode) for action in pod.actions)


def test_a_node_adopted_with_older_keys_is_adopted_first() -> None:
    fence = Fence(BOOT, NODE, 1012 * SECOND, 2_000_000_000 * SECOND, False, ("t",))
    pod = PodUnderTest(found=fence)
    pod.node, pod.metric = NODE, 1
    pod.deliver(2)
    pod.recorded = 2  # announced by the manager before, which then ended
    pod.run(1)
    assert pod.decision is not None
    assert pod.decision.counter is None
    pod.prove()
    keep_the_lease(pod, 2)
    assert pod.reasons[1:] == [ForgingReason.NODE_ADOPTED, *CHANGED]


def test_a_node_that_boots_keeps_the_whole_set_that_it_may_be_reading() -> None:
    pod = PodUnderTest()
    pod.run()
    pod.deliver(2)
    pod.booting = True
    assert pod.run(1) == []
    pod.booting = False
    assert PutKeysLive() in pod.run()


def test_a_node_that_boots_is_given_what_it_lacks() -> None:
    pod = PodUnderTest()
    pod.run()
    pod.booting = True
    pod.live = LiveKeys.SOME
    assert PutKeysLive() in pod.run()


def test_without_a_metric_new_keys_are_taken_by_one_signal() -> None:
    pod = PodUnderTest(has_metric=False)
    pod.scrapes = False
    pod.lead()
    pod.deliver(2)
    kinds = [type(a) for a in keep_the_lease(pod, 1) if not isinstance(a, PublishFence)]
    assert kinds == [PutKeysLive, SendSighup]
    assert pod.reasons == [ForgingReason.CREDENTIALS_CHANGED, ForgingReason.FORGING_ASSUMED]

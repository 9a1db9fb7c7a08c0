"""Reasons to give forging up that no second rule stands behind: each is taken at once."""

import pytest

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.forging.actions import KillNode, PublishFence, SendSighup
from forge_manager.forging.context import MOST_REFUSALS
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.situation import Credentials
from tests.sidecar.forging.pod import BOOT, NODE, PodUnderTest


def leader() -> PodUnderTest:
    pod = PodUnderTest()
    pod.lead()
    return pod


def found(metric: int | None, *, left_s: float) -> PodUnderTest:
    """A node that a new manager finds, under a fence that permits it for so long, or no more."""
    until_ns = int((1000 + left_s) * SECOND)
    pod = PodUnderTest(found=Fence(BOOT, NODE, until_ns, 2_000_000_000 * SECOND, off=False))
    pod.node, pod.metric = NODE, metric
    return pod


def test_a_set_that_is_gone_before_the_node_forges_ends_switching_on() -> None:
    pod = PodUnderTest()
    pod.obeys = False
    pod.up()
    pod.prove()
    pod.run()
    assert pod.phase is Phase.SWITCHING_ON
    pod.situation = {"credentials": Credentials(checked=False)}
    pod.run()
    assert pod.reasons[-1] == ForgingReason.CREDENTIALS_MISSING


def test_a_leader_whose_node_accepts_nothing_gives_up_after_ten_seconds() -> None:
    pod = leader()
    pod.accepts = False
    pod.prove()
    pod.run(9)
    assert pod.phase is Phase.FORGING
    pod.prove()
    pod.run(2)
    assert ForgingReason.NODE_NOT_ACCEPTING in pod.reasons


def test_a_lease_is_kept_while_a_fence_that_permits_forging_cannot_be_taken_back() -> None:
    """A full state volume: off at once, but a stray SIGHUP would still be heeded for a while."""
    pod = leader()
    pod.failing = PublishFence
    pod.situation = {"held_off": True}
    pod.run(2)
    assert pod.phase is Phase.STANDBY, "switching off waits for no file"
    assert pod.live is LiveKeys.NONE
    fence = pod.fence
    assert fence is not None
    while not fence.passed(pod.now):
        assert pod.intents == (LeaseIntent.KEEP,)
        assert pod.decision is not None
        assert not pod.decision.handed_over
        pod.run()
    pod.run()
    assert pod.intents == (LeaseIntent.RELEASE,)


def test_a_lease_is_released_as_soon_as_the_fence_is_taken_back() -> None:
    pod = leader()
    pod.failing = PublishFence
    pod.situation = {"held_off": True}
    pod.run(2)
    assert pod.intents == (LeaseIntent.KEEP,)
    pod.failing = None
    pod.run(0.1)
    assert pod.intents == (LeaseIntent.RELEASE,)


def test_a_node_that_has_ended_keeps_no_lease_by_the_fence_it_had() -> None:
    pod = leader()
    pod.failing = PublishFence
    pod.node = None
    pod.run()
    assert pod.phase is Phase.NO_NODE
    assert pod.intents == (LeaseIntent.RELEASE,)


def test_while_nobody_can_look_at_its_socket_a_node_that_answers_is_not_silent() -> None:
    pod = leader()
    pod.accepts, pod.socket_hangs = False, True
    for _ in range(3):
        pod.prove()
        pod.run(9)
    assert pod.phase is Phase.FORGING
    pod.scrapes = False
    for seconds in (6, 5):
        pod.prove()
        pod.run(seconds)
    assert ForgingReason.NODE_NOT_ACCEPTING in pod.reasons, "nothing of it is heard at all"


def test_a_standby_whose_node_accepts_nothing_does_not_campaign() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.accepts = False
    pod.run(11)
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.NODE_NOT_ACCEPTING


def test_a_node_that_stopped_by_itself_is_not_switched_on_again_at_once() -> None:
    pod = leader()
    pod.metric = 0
    pod.run(2)
    assert ForgingReason.FORGING_STOPPED in pod.reasons
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.BACKING_OFF


@pytest.mark.parametrize("metric", [0, None])
def test_a_node_that_is_found_off_is_made_a_standby_and_not_waited_for(metric: int | None) -> None:
    pod = found(metric, left_s=60)
    pod.run(3)
    assert ForgingReason.NODE_FOUND_OFF in pod.reasons


def test_a_node_that_is_found_forging_beyond_its_fence_is_killed_first() -> None:
    pod = found(1, left_s=-1)
    actions = pod.run()
    assert ForgingReason.FORGING_WITHOUT_LEASE in pod.reasons
    assert KillNode(NODE) in actions


def test_a_node_whose_lease_is_proven_again_at_the_last_moment_is_not_killed() -> None:
    pod = leader()
    assert pod.fence is not None
    until_ns = pod.fence.forge_until_ns
    pod.obeys = False
    for before_ms in (3400, 1500, 600):
        pod.boot_ns = until_ns - before_ms * MILLISECOND
        pod.run()
    assert ForgingReason.LEASE_NOT_PROVEN in pod.reasons
    pod.boot_ns = until_ns - 450 * MILLISECOND
    pod.prove()
    assert KillNode not in [type(action) for action in pod.run()]
    assert pod.fence.forge_until_ns > until_ns


def test_one_that_refuses_is_told_three_times_more_and_then_killed() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.obeys = False
    pod.situation = {"held_off": True}
    sent = 0
    while KillNode(NODE) not in pod.actions:
        pod.prove()
        sent += sum(isinstance(action, SendSighup) for action in pod.run())
        assert sent <= 1 + MOST_REFUSALS
    assert sent == 1 + MOST_REFUSALS

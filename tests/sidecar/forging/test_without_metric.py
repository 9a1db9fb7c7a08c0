"""A node that shows no forging metric: by its settings, or against them."""

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.forging.actions import (
    Action,
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
)
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from tests.sidecar.forging.pod import BOOT, NODE, PodUnderTest


def kinds(actions: list[Action]) -> list[type]:
    return [type(action) for action in actions if not isinstance(action, PublishFence)]


def without_metric(found: Fence | None = None) -> PodUnderTest:
    pod = PodUnderTest(found=found, has_metric=False)
    pod.scrapes = False
    return pod


def test_forging_is_assumed_after_the_signal() -> None:
    pod = without_metric()
    pod.up()
    pod.prove()
    assert kinds(pod.run(1)) == [PutKeysLive, SendSighup]
    assert (pod.phase, pod.reasons[-1]) == (Phase.FORGING, ForgingReason.FORGING_ASSUMED)


def test_a_hand_over_has_the_node_end_once_and_keeps_the_lease_until_it_has() -> None:
    pod = without_metric()
    pod.lead()
    pod.ends = False
    pod.situation = {"held_off": True}
    actions = []
    for _ in range(10):
        pod.prove()
        actions += pod.run(0.5)
        assert pod.intents == (LeaseIntent.KEEP,)
        assert pod.decision is not None
        assert not pod.decision.handed_over
    assert kinds(actions) == [EndNode]
    assert pod.reasons == [ForgingReason.HELD_OFF, ForgingReason.NODE_ENDED_WITHOUT_METRIC]
    pod.node, pod.proofs = None, [None]
    pod.run()
    assert pod.decision is not None
    assert pod.decision.handed_over
    assert pod.phase is Phase.NO_NODE


def test_a_node_that_does_not_end_is_killed_in_the_end() -> None:
    pod = without_metric()
    pod.lead()
    pod.ends = False
    pod.situation = {"held_off": True}
    for _ in range(120):
        pod.prove()
        assert KillNode not in kinds(pod.run(0.9))  # 114 s in all
    pod.prove()
    pod.run(6)
    assert ForgingReason.NODE_DID_NOT_END in pod.reasons


def test_one_that_lost_the_lease_is_killed_before_the_fence_falls() -> None:
    pod = without_metric()
    pod.lead()
    pod.ends = False
    actions = pod.run(13)  # nothing is renewed
    assert kinds(actions) == [EndNode, KillNode]


def test_a_signal_to_end_that_could_not_be_sent_is_sent_again() -> None:
    pod = without_metric()
    pod.lead()
    pod.situation = {"held_off": True}
    pod.failing = EndNode
    pod.run()
    pod.failing = None
    assert kinds(pod.run()) == [EndNode]


def test_a_new_manager_switches_the_node_that_it_found_on_once_more() -> None:
    fence = Fence(BOOT, NODE, 1012 * SECOND, 2_000_000_000 * SECOND, False, ("t",))
    pod = without_metric(found=fence)
    pod.node = NODE
    assert kinds(pod.run(2)) == []
    assert pod.intents == (LeaseIntent.CAMPAIGN,)
    pod.prove()
    assert kinds(pod.run(1)) == [PutKeysLive, SendSighup]
    assert pod.phase is Phase.FORGING


def test_a_new_manager_without_the_lease_has_it_end() -> None:
    fence = Fence(BOOT, NODE, 1012 * SECOND, 2_000_000_000 * SECOND, False, ("t",))
    pod = without_metric(found=fence)
    pod.node = NODE
    assert EndNode in kinds(pod.run(12))


@pytest.fixture
def blind() -> PodUnderTest:
    """A pod whose node never shows the metric that the settings name."""
    pod = PodUnderTest()
    pod.up()
    pod.obeys = False  # as far as can be seen
    for _ in range(80):
        pod.prove()
        pod.run()
        if pod.node is None:
            break
    return pod


def test_a_node_that_never_shows_the_metric_is_told_to_end(blind: PodUnderTest) -> None:
    assert blind.reasons[-3:] == [
        ForgingReason.LEASE_ACQUIRED,
        ForgingReason.SWITCH_ON_FAILED,
        ForgingReason.METRIC_MISSING,
    ]


def test_and_the_next_one_is_not_tried(blind: PodUnderTest) -> None:
    blind.live = LiveKeys.ALL
    blind.proofs = [None]
    blind.up(600)
    assert blind.decision is not None
    assert blind.decision.obstacle is Obstacle.METRIC_MISSING
    assert blind.intents == (LeaseIntent.RELEASE,)


def test_until_the_metric_appears(blind: PodUnderTest) -> None:
    blind.proofs = [None]
    blind.up(90)
    blind.metric = 0  # a person's SIGHUP, and the metric's name was right after all
    blind.run(1)
    assert blind.intents == (LeaseIntent.CAMPAIGN,)


def test_a_socket_that_nobody_can_look_at_is_no_silence() -> None:
    pod = without_metric()
    pod.lead()
    pod.socket_hangs = True
    for _ in range(60):
        pod.prove()
        pod.run(1)
    assert pod.phase is Phase.FORGING

"""What a new manager does with a node that it finds running."""

from collections.abc import Sequence

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import ElectionReason as E
from forge_manager.election.messages import LeaseIntent, LeaseView
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.fence.tenures import Tenures
from forge_manager.forging.actions import (
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.phases import ForgingReason, Phase
from tests.sidecar.forging.pod import BOOT, NODE, PodUnderTest


def kinds(actions: Sequence[object]) -> list[type]:
    return [type(action) for action in actions]


def found_fence(pod_ns: int, *, off: bool = False, left_s: float = 12) -> Fence:
    return Fence(BOOT, NODE, pod_ns + int(left_s * SECOND), 2_000_000_000 * SECOND, off, ("t",))


def test_a_new_manager_adopts_a_node_that_forges_under_its_fence() -> None:
    pod = PodUnderTest(found=found_fence(1000 * SECOND))
    pod.node, pod.metric = NODE, 1
    assert pod.run(3) == []
    assert (pod.phase, pod.intents) == (Phase.ADOPTING, (LeaseIntent.CAMPAIGN,))
    pod.prove()
    assert kinds(pod.run()) == [PublishFence]
    assert pod.machine.state.phase is Phase.FORGING


def test_a_new_manager_without_the_lease_switches_off_before_the_fence_falls() -> None:
    pod = PodUnderTest(found=found_fence(1000 * SECOND))
    pod.node, pod.metric = NODE, 1
    actions = pod.run(11)
    assert kinds(actions)[:2] == [UnlinkLive, SendSighup]
    assert KillNode not in kinds(actions)
    assert pod.reasons[-2:] == [ForgingReason.FENCE_NEARLY_PASSED, ForgingReason.OFF_CONFIRMED]


def test_a_new_manager_ends_a_node_that_forges_beyond_its_fence() -> None:
    pod = PodUnderTest(found=found_fence(1000 * SECOND, left_s=-1))
    pod.node, pod.metric = NODE, 1
    pod.scrapes = False
    assert KillNode(NODE) in pod.run()


def test_before_anybody_has_looked_no_lost_fence_is_replaced_by_one_that_says_off() -> None:
    pod = PodUnderTest()
    pod.looked_for, pod.live = False, LiveKeys.NONE
    assert pod.run(1) == [], "no keys either: a node that is up must not find them"
    pod.looked_for, pod.socket_hangs = True, True
    assert kinds(pod.run(1)) == [PutKeysLive]
    pod.socket_hangs, pod.node, pod.metric = False, NODE, 1
    pod.run()
    assert pod.reasons == [ForgingReason.NODE_FOUND_UNPROVEN, ForgingReason.FORGING_WITHOUT_LEASE]


def test_a_tenure_that_has_ended_is_not_left_to_the_next_manager() -> None:
    pod = PodUnderTest(found=found_fence(1000 * SECOND, off=True))
    pod.node, pod.metric, pod.live = NODE, 0, LiveKeys.NONE
    pod.situation = {
        "leases": (LeaseView(None, False, "bp-1", None, E.LEASE_HELD, 1, Tenures(("t",))),)
    }
    (before,) = pod.run()
    assert isinstance(before, PublishFence)
    assert before.fence.tenures == ("t",)
    pod.situation = {"leases": (LeaseView(None, False, "bp-1", None, E.LEASE_HELD, 1),)}
    (after,) = pod.run()
    assert isinstance(after, PublishFence)
    assert after.fence.tenures == ()


def test_a_new_manager_believes_a_fence_that_says_off() -> None:
    pod = PodUnderTest(found=found_fence(1000 * SECOND, off=True))
    pod.node, pod.metric, pod.live = NODE, 0, LiveKeys.NONE
    pod.run()
    assert pod.machine.state.phase is Phase.STANDBY


@pytest.mark.parametrize(
    ("metric", "reason", "phase"),
    [
        (0, ForgingReason.OFF_CONFIRMED, Phase.STANDBY),
        (1, ForgingReason.FORGING_WITHOUT_LEASE, Phase.NO_NODE),
    ],
)
def test_a_node_whose_fence_is_lost_is_switched_off_or_if_it_forges_ended(
    metric: int, reason: ForgingReason, phase: Phase
) -> None:
    pod = PodUnderTest(found=None)
    pod.node, pod.metric = NODE, metric
    pod.run(6)
    assert reason in pod.reasons
    assert pod.phase is phase

"""The machine's rules, one by one."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.messages import LeaseIntent
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Heartbeat
from forge_manager.forging.actions import (
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.context import ON_AND_OFF_NS
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.situation import Credentials, HandOver
from forge_manager.kube.own_pod import PodEnd
from tests.sidecar.forging.pod import BOOT, NEXT_NODE, NODE, PodUnderTest


def kinds(actions: Sequence[object]) -> list[type]:
    return [type(action) for action in actions]


def phase_of(pod: PodUnderTest) -> Phase:
    return pod.machine.state.phase


def test_without_a_node_keys_are_kept_ready_and_nothing_is_held() -> None:
    pod = PodUnderTest()
    pod.live = LiveKeys.NONE
    actions = pod.run()
    assert kinds(actions) == [PutKeysLive, PublishFence]
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert pod.run(1) == []


def test_a_standby_that_is_up_loses_its_keys_without_a_signal_and_campaigns() -> None:
    pod = PodUnderTest()
    pod.run()
    pod.node = NODE
    assert kinds(pod.run()) == [UnlinkLive, PublishFence]
    assert pod.run(1) == []
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.CAMPAIGN,))


def test_on_is_fence_then_keys_then_sighup_then_the_metric() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    actions = pod.run()
    assert kinds(actions) == [PublishFence, PutKeysLive, SendSighup]
    fence, _, sighup = actions
    assert isinstance(fence, PublishFence)
    assert isinstance(sighup, SendSighup)
    assert sighup.permit is not None
    assert sighup.permit.ends_ns(pod.now) == fence.fence.ends_ns(pod.now) - ON_AND_OFF_NS
    assert fence.fence.permits(NODE, pod.now)
    assert phase_of(pod) is Phase.SWITCHING_ON
    assert pod.run(1) == []
    assert phase_of(pod) is Phase.FORGING


def test_every_renewal_moves_the_fence() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.prove()
    (action,) = pod.run()
    assert isinstance(action, PublishFence)
    assert action.fence.forge_until_ns == pod.proofs[0].forge_until_ns  # type: ignore[union-attr]


def test_off_is_unlink_then_sighup_then_zero_and_settled_then_release() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"terminating": True}
    assert kinds(pod.run()) == [UnlinkLive, SendSighup]
    assert pod.intents == (LeaseIntent.KEEP,)
    pod.run(0.2)
    assert (pod.phase, pod.intents) == (Phase.SWITCHING_OFF, (LeaseIntent.KEEP,))
    pod.run(0.4)
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.RELEASE,))
    assert pod.decision is not None
    assert not pod.decision.handed_over
    pod.proofs = [None]
    pod.run()
    assert pod.decision.handed_over


def test_a_gap_in_the_scrapes_proves_nothing() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"terminating": True}
    pod.run(0.1)
    pod.scrapes = False
    pod.run(1)
    pod.scrapes = True
    pod.run(0.1)
    assert phase_of(pod) is Phase.SWITCHING_OFF
    pod.run(0.5)
    assert phase_of(pod) is Phase.STANDBY


def test_a_node_that_does_not_go_off_is_killed() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.obeys = False
    pod.situation = {"terminating": True}
    actions = pod.run(6)
    assert KillNode(NODE) in actions
    assert pod.reasons[:2] == [ForgingReason.TERMINATING, ForgingReason.NODE_DID_NOT_GO_OFF]


def test_why_the_pod_ends_is_behind_its_going_off() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"terminating": PodEnd.REPLACED.value}
    pod.run(1)
    assert pod.causes[ForgingReason.TERMINATING] == "PodReplaced"
    assert pod.causes.get(ForgingReason.OFF_CONFIRMED) == ""


def test_it_is_killed_before_the_fence_falls() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.obeys = False
    pod.run(20)
    assert ForgingReason.LEASE_NOT_PROVEN in pod.reasons
    assert ForgingReason.NODE_DID_NOT_GO_OFF in pod.reasons
    assert phase_of(pod) is Phase.NO_NODE


def test_failing_to_come_on_is_off_again_release_and_back_off_and_no_kill() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.obeys, pod.metric = False, 0  # invalid files: forging is not changed
    pod.prove()
    actions = pod.run(4)
    assert KillNode not in kinds(actions)
    assert pod.reasons[-2:] == [ForgingReason.SWITCH_ON_FAILED, ForgingReason.OFF_CONFIRMED]
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.BACKING_OFF
    pod.proofs = [None]
    pod.run(6)
    assert pod.intents == (LeaseIntent.CAMPAIGN,)


def test_one_sighup_is_in_flight_at_a_time() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.obeys = False
    pod.prove()
    pod.run(0.5)
    pod.situation = {"terminating": True}
    assert SendSighup not in kinds(pod.run(0.8))
    assert SendSighup in kinds(pod.run(0.5))


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ({"terminating": True}, ForgingReason.TERMINATING),
        ({"held_off": True}, ForgingReason.HELD_OFF),
        ({"hand_over": HandOver("bp-1", "1")}, ForgingReason.HANDING_OVER),
        ({"guard": None}, ForgingReason.GUARD_SILENT),
    ],
)
def test_reasons_to_stop_without_a_kill(situation: dict[str, object], reason: str) -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = situation
    actions = pod.run(1)
    assert pod.reasons == [reason, ForgingReason.OFF_CONFIRMED]
    assert KillNode not in kinds(actions)
    assert pod.intents == (LeaseIntent.RELEASE,)


def test_a_leader_forges_on_when_nothing_is_checked_any_more() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"credentials": Credentials()}
    assert pod.run(1) == []
    assert pod.phase is Phase.FORGING


def test_without_a_checked_set_nothing_is_switched_on() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    pod.situation = {"credentials": Credentials()}
    pod.run(1)
    assert pod.phase is Phase.STANDBY
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.CREDENTIALS_MISSING


def test_a_foreign_write_stops_at_once() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.proofs = [None]
    assert kinds(pod.run()) == [UnlinkLive, SendSighup]
    assert pod.reasons == [ForgingReason.LEASE_NOT_PROVEN]


def test_a_named_pod_is_waited_for_only_for_a_while() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.situation = {"hand_over": HandOver("bp-1", "1")}
    pod.run()
    assert pod.intents == (LeaseIntent.RELEASE,)
    pod.run(10)
    assert pod.intents == (LeaseIntent.CAMPAIGN,)
    pod.situation = {"hand_over": HandOver("bp-0", "2")}
    pod.run()
    assert pod.intents == (LeaseIntent.CAMPAIGN,)


def test_forging_without_a_lease_is_ended() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.metric = 1
    actions = pod.run()
    assert kinds(actions) == [KillNode, PublishFence]
    assert pod.reasons[-1] == ForgingReason.FORGING_WITHOUT_LEASE


@pytest.mark.parametrize("version", ["10.1.4", ""])
def test_a_node_whose_metric_says_1_from_its_start_is_ended_for_a_reason_of_its_own(
    version: str,
) -> None:
    pod = PodUnderTest()
    pod.metric, pod.version = 1, version
    pod.up()
    assert ForgingReason.FORGING_SHOWN_AT_START in pod.reasons
    assert ForgingReason.FORGING_WITHOUT_LEASE not in pod.reasons
    assert pod.causes[ForgingReason.FORGING_SHOWN_AT_START] == version
    pod.node, pod.metric = NEXT_NODE, 0
    pod.run(1)
    assert pod.phase is Phase.STANDBY


def test_a_node_that_ended_gives_the_lease_up_and_its_successor_starts_off() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.node, pod.live = None, LiveKeys.NONE
    actions = pod.run()
    assert kinds(actions) == [PutKeysLive, PublishFence]
    assert pod.intents == (LeaseIntent.RELEASE,)
    pod.proofs = [None]
    pod.node, pod.metric = NEXT_NODE, None
    assert kinds(pod.run()) == [UnlinkLive, PublishFence]
    assert phase_of(pod) is Phase.STANDBY


@pytest.mark.parametrize("failing", [PublishFence, PutKeysLive, SendSighup])
def test_an_action_that_fails_leads_off_without_a_kill(failing: type) -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    pod.failing = failing
    pod.run()
    pod.failing = None
    actions = pod.run(3)
    assert KillNode not in kinds(actions)
    assert ForgingReason.ACTION_FAILED in pod.reasons
    assert phase_of(pod) is Phase.STANDBY


def test_giving_up_does_not_wait_for_a_fence_that_cannot_be_written() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.failing = PublishFence
    pod.prove()
    actions = pod.run(3)
    assert kinds(actions) == [UnlinkLive, SendSighup]
    assert (pod.metric, phase_of(pod)) == (0, Phase.STANDBY)


def test_a_node_that_no_sighup_reaches_is_killed_before_the_fence_that_was_written_passes() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.run(7)
    assert pod.fence is not None
    until_ns = pod.fence.forge_until_ns
    pod.failing = SendSighup
    pod.situation = {"held_off": True}
    while pod.node is not None and pod.boot_ns < until_ns:
        pod.prove()
        pod.run()
    assert pod.reasons[-1] == ForgingReason.NODE_DID_NOT_GO_OFF
    assert pod.node is None


@pytest.mark.parametrize("failing", [UnlinkLive, SendSighup])
def test_a_node_that_cannot_be_told_to_go_off_is_killed_after_five_seconds(failing: type) -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    pod.failing = PutKeysLive
    pod.run()
    pod.failing = failing
    for _ in range(6):
        pod.prove()
        pod.run(1)
    assert ForgingReason.NODE_DID_NOT_GO_OFF in pod.reasons
    assert pod.node is None


def test_a_kill_does_not_wait_for_a_fence_that_cannot_be_written() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.obeys = False
    pod.failing = PublishFence
    pod.prove()
    assert KillNode in kinds(pod.run(15))


def test_a_fence_that_an_action_before_it_kept_from_being_written_is_written_again() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.live = LiveKeys.ALL
    pod.node = NEXT_NODE
    pod.failing = UnlinkLive
    pod.run(1)
    pod.failing = None
    assert PublishFence in kinds(pod.run(1))


def test_all_leases_must_be_proven_and_are_taken_one_after_the_other() -> None:
    pod = PodUnderTest(leases=2)
    pod.up()
    assert pod.intents == (LeaseIntent.CAMPAIGN, LeaseIntent.RELEASE)
    pod.prove(0)
    pod.run()
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN))
    pod.prove(1)
    pod.run(1)
    assert (pod.phase, pod.intents) == (Phase.FORGING, (LeaseIntent.KEEP, LeaseIntent.KEEP))
    pod.proofs[1] = None
    pod.run()
    assert phase_of(pod) is Phase.SWITCHING_OFF


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"guarded": False}, Obstacle.GUARD_SILENT),
        ({"scrapes": False}, Obstacle.METRIC_UNREADABLE),
    ],
)
def test_only_a_ready_standby_campaigns(change: dict[str, object], obstacle: Obstacle) -> None:
    pod = PodUnderTest()
    for name, value in change.items():
        setattr(pod, name, value)
    pod.up()
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert pod.decision is not None
    assert pod.decision.obstacle is obstacle


def test_a_liveness_probe_fails_only_a_node_that_should_be_dead() -> None:
    pod = PodUnderTest()
    pod.lead()
    assert pod.decision is not None
    assert pod.decision.node_may_live
    state = pod.machine.state
    assert state.fence is not None
    pod.machine.state = replace(state, fence=state.fence._replace(forge_until_ns=0))
    pod.proofs = [None]
    pod.run()
    assert not pod.decision.node_may_live


def test_a_fence_that_no_guard_heeds_is_published_again() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.situation = {"guard": Heartbeat(BOOT, pod.boot_ns, None)}  # it could not read the file
    assert kinds(pod.run(2.5)) == [PublishFence] * 3


def test_a_pod_is_fit_on_its_way_on_and_while_it_forges() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.prove()
    pod.run()
    assert pod.decision is not None
    assert (pod.phase, pod.decision.fit) == (Phase.SWITCHING_ON, True)
    pod.run(2)
    assert (pod.phase, pod.decision.fit) == (Phase.FORGING, True)


def test_it_is_scraped_often_while_it_changes_and_seldom_else() -> None:
    pod = PodUnderTest()
    within: dict[Phase, set[int]] = {}
    pod.up()
    for number in range(60):
        if number:
            pod.prove()
        pod.run()
        assert pod.decision is not None
        within.setdefault(pod.phase, set()).add(pod.decision.scrape_within_ns)
    assert within[Phase.SWITCHING_ON] == {50 * MILLISECOND}
    assert 500 * MILLISECOND in within[Phase.FORGING]
    assert within[Phase.STANDBY] == {SECOND}

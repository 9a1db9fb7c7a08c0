"""A standby's node reads its topology again, by a SIGHUP that cannot make it forge."""

from forge_manager.fence.live_keys import LiveKeys
from forge_manager.forging.actions import PublishFence, PutKeysLive, SendSighup, UnlinkLive
from forge_manager.forging.phases import Phase
from tests.sidecar.forging.pod import PodUnderTest


def standby(*, has_metric: bool = True) -> PodUnderTest:
    pod = PodUnderTest(has_metric=has_metric)
    pod.up()
    pod.situation = {"reload": "1"}
    return pod


def test_a_standby_is_signalled_once_for_each_wish() -> None:
    pod = standby()
    unlink, sighup = pod.run()
    assert isinstance(unlink, UnlinkLive)
    assert isinstance(sighup, SendSighup)
    assert sighup.reload
    assert sighup.permit is None
    assert pod.run(3) == []
    pod.situation = {"reload": "2"}
    assert [type(action) for action in pod.run(3)] == [UnlinkLive, SendSighup]


def test_it_is_done_when_the_node_has_finished_with_the_signal() -> None:
    pod = standby()
    pod.run(0.2)
    assert pod.decision is not None
    assert pod.decision.reloaded == ""
    pod.run(2)
    assert pod.decision.reloaded == "1"
    assert (pod.phase, pod.metric) == (Phase.STANDBY, 0)


def test_keys_that_still_lie_there_are_taken_away_first() -> None:
    pod = standby()
    pod.live = LiveKeys.ALL
    assert [type(action) for action in pod.run()] == [UnlinkLive]
    assert [type(action) for action in pod.run()] == [UnlinkLive, SendSighup]


def test_it_is_not_switched_on_before_that_signal_has_landed() -> None:
    pod = standby()
    pod.metric = 0
    pod.run()
    pod.prove()
    assert PutKeysLive not in [type(action) for action in pod.run(1)]
    assert PutKeysLive in [type(action) for action in pod.run(1)]


def test_a_leader_is_not_signalled() -> None:
    pod = PodUnderTest()
    pod.lead()
    pod.situation = {"reload": "1"}
    assert pod.run(2) == []


def test_nor_is_a_node_without_a_metric_whose_signals_cannot_be_told_apart() -> None:
    pod = standby(has_metric=False)
    assert pod.run(2) == []


def test_a_signal_that_could_not_be_sent_is_sent_again() -> None:
    pod = standby()
    pod.failing = SendSighup
    pod.run()
    pod.failing = None
    assert [type(action) for action in pod.run()] == [UnlinkLive, SendSighup, PublishFence]

"""Before it is known whether an operator holds forging off."""

from forge_manager.election.messages import LeaseIntent
from forge_manager.forging.phases import Obstacle, Phase
from tests.sidecar.forging.pod import PodUnderTest


def test_a_standby_waits_until_it_is_known_whether_forging_is_held_and_a_leader_goes_on() -> None:
    pod = PodUnderTest()
    pod.up()
    pod.situation = {"hold_known": False}
    pod.run(1)
    assert pod.intents == (LeaseIntent.RELEASE,)
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.HELD_OFF
    leader = PodUnderTest()
    leader.lead()
    leader.situation = {"hold_known": False}
    leader.run(1)
    assert leader.phase is Phase.FORGING

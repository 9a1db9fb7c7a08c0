"""A cluster's own leases and that of a hub: all to forge, the own first, and when to yield."""

from dataclasses import replace

import pytest

from forge_manager.election.messages import HUB, ElectionReason, LeaseIntent
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from tests.sidecar.forging.pod import PodUnderTest

WAITING = ClusterPermission(permitted=False, why=ClusterReason.WAITING, successor="east")
YIELDING = ClusterPermission(permitted=False, why=ClusterReason.HANDING_BACK, successor="west")
UNKNOWN = ClusterPermission(permitted=False, why=ClusterReason.UNKNOWN)


def leader() -> PodUnderTest:
    pod = PodUnderTest(leases=2)
    pod.up()
    pod.prove(0)
    pod.prove(1)
    pod.run(2)
    assert pod.phase is Phase.FORGING
    pod.reasons.clear()
    return pod


def test_the_hubs_lease_is_asked_for_only_under_the_own_one() -> None:
    pod = PodUnderTest(leases=2)
    pod.up()
    assert pod.intents == (LeaseIntent.CAMPAIGN, LeaseIntent.RELEASE)
    pod.prove(0)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN)
    assert pod.phase is Phase.STANDBY


def test_who_cannot_reach_the_hub_lets_go_of_its_clusters_lease() -> None:
    pod = PodUnderTest(leases=2)
    pod.up()
    pod.prove(0)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN)
    pod.silent = {1}
    pod.run()
    assert pod.intents == (LeaseIntent.RELEASE, LeaseIntent.RELEASE)
    assert pod.decision is not None
    assert pod.decision.obstacle is Obstacle.HUB_SILENT
    pod.silent = set()
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN)


def test_a_leader_that_cannot_reach_the_hub_forges_while_its_lease_is_proven() -> None:
    pod = leader()
    pod.silent = {1}
    pod.run(3)
    assert pod.phase is Phase.FORGING


@pytest.mark.parametrize("permission", [WAITING, UNKNOWN])
def test_a_cluster_that_waits_keeps_its_own_lease_and_leaves_the_hubs(
    permission: ClusterPermission,
) -> None:
    pod = PodUnderTest(leases=2)
    pod.situation = {"cluster": permission}
    pod.up()
    pod.prove(0)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.RELEASE)


@pytest.mark.parametrize("permission", [WAITING, UNKNOWN])
def test_all_leases_are_not_enough_where_the_cluster_may_not_forge(
    permission: ClusterPermission,
) -> None:
    pod = PodUnderTest(leases=2)
    pod.situation = {"cluster": permission}
    pod.up()
    pod.prove(0)
    pod.prove(1)
    pod.run(2)
    assert pod.phase is Phase.STANDBY


@pytest.mark.parametrize("lost", [0, 1])
def test_either_lease_lost_is_a_reason_to_stop(lost: int) -> None:
    pod = leader()
    pod.proofs[lost] = None
    pod.run(1)
    assert pod.reasons[0] == ForgingReason.LEASE_NOT_PROVEN
    loss = ElectionReason.LEASE_NOT_SEEN
    assert pod.causes[ForgingReason.LEASE_NOT_PROVEN] == (f"{HUB}{loss}" if lost else loss)


@pytest.mark.parametrize("older", [0, 1])
def test_the_fence_is_that_of_the_lease_that_ends_first(older: int) -> None:
    pod = leader()
    pod.run(3)
    pod.prove(1 - older)
    pod.run()
    old, new = pod.proofs[older], pod.proofs[1 - older]
    fence = pod.machine.state.fence
    assert fence is not None
    assert old is not None
    assert new is not None
    assert fence.forge_until_ns == old.forge_until_ns < new.forge_until_ns


def test_a_cluster_yields_in_order_and_names_whom_for() -> None:
    pod = leader()
    pod.situation = {"cluster": YIELDING}
    pod.run()
    assert pod.reasons == [ForgingReason.CLUSTER_YIELDS]
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.KEEP)  # not before it is proven off
    pod.run(1)
    assert pod.phase is Phase.STANDBY
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.RELEASE)
    assert pod.decision is not None
    assert pod.decision.successor == "west"


def test_a_leader_goes_on_while_nothing_has_said_whether_its_cluster_may() -> None:
    pod = leader()
    pod.situation = {"cluster": UNKNOWN}
    pod.run(1)
    assert pod.phase is Phase.FORGING


def test_a_new_manager_asks_for_both_leases_before_its_clusters_stand_is_known() -> None:
    left = leader().machine.state.fence
    assert left is not None
    pod = PodUnderTest(found=left, leases=2)
    pod.node, pod.metric = left.node, 1
    pod.situation = {"cluster": UNKNOWN}
    pod.run()
    assert pod.intents == (LeaseIntent.CAMPAIGN, LeaseIntent.KEEP)
    pod.prove(0)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN)
    pod.situation = {"cluster": replace(UNKNOWN, why=ClusterReason.DISABLED)}
    pod.run()
    assert pod.reasons[-1] == ForgingReason.CLUSTER_YIELDS


def test_a_waiting_cluster_takes_all_its_own_leases_in_order_and_leaves_the_hubs() -> None:
    pod = PodUnderTest(leases=3, own=2)
    pod.situation = {"cluster": WAITING}
    pod.up()
    assert pod.intents == (LeaseIntent.CAMPAIGN, LeaseIntent.RELEASE, LeaseIntent.RELEASE)
    pod.prove(0)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.CAMPAIGN, LeaseIntent.RELEASE)
    pod.prove(1)
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.KEEP, LeaseIntent.RELEASE)
    pod.situation = {}
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.KEEP, LeaseIntent.CAMPAIGN)


def test_who_loses_a_lease_lets_go_of_those_that_come_after_it() -> None:
    pod = PodUnderTest(leases=2, own=2)
    pod.up()
    pod.prove(0)
    pod.prove(1)
    pod.run(2)
    assert pod.phase is Phase.FORGING
    pod.proofs[0] = None
    pod.run()
    assert pod.intents == (LeaseIntent.KEEP, LeaseIntent.KEEP)  # not before it is proven off
    pod.run(1)
    assert (pod.phase, pod.intents) == (Phase.STANDBY, (LeaseIntent.CAMPAIGN, LeaseIntent.RELEASE))


def test_a_waived_lease_whose_proof_is_over_shortens_no_fence() -> None:
    pod = leader()
    pod.silent, pod.waived = {1}, {1}
    for _ in range(60):
        pod.prove(0)
        pod.run(1)
    assert pod.phase is Phase.FORGING
    own = pod.proofs[0]
    assert own is not None
    assert pod.fence is not None
    assert pod.fence.forge_until_ns == own.forge_until_ns

"""Who waits for whom among clusters, and when one hands back."""

from dataclasses import dataclass, field, replace

import pytest

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import ElectionReason, LeaseView
from forge_manager.forging.cluster_permission import ClusterPermission, ClusterReason
from forge_manager.multicluster.membership import Member
from forge_manager.multicluster.policy import LocalCluster, Policy, WaitTimes
from forge_manager.settings.cluster_spec import ForgeState

R = ClusterReason
PATIENCE = WaitTimes(takeover_ns=10 * SECOND, hand_back_ns=60 * SECOND)
FREE = LeaseView(None, False, "", None, ElectionReason.LEASE_NOT_SEEN)
HELD = replace(FREE, holder="west/bp-0/u", obstacle=ElectionReason.LEASE_HELD)
OURS = replace(FREE, holder="east/bp-0/u", ours=True)
EAST = LocalCluster("east", ForgeState.PRIORITY_BASED, 20, healthy=True)
SICK = replace(EAST, healthy=False)


def neighbour(
    name: str = "west", priority: int = 10, *, well_for: float | None = 100, age: float = 0
) -> Member:
    """Return one at second 1000: well for so long until its last entry, of that age."""
    changed = int((1000 - age) * SECOND)
    since = None if well_for is None else int((1000 - age - well_for) * SECOND)
    return Member(name, priority, well_for is not None, changed, since, changed)


@dataclass
class Scene:
    """A policy and what it sees, at second 1000 and after."""

    own: LocalCluster = EAST
    others: tuple[Member, ...] | None = ()
    hub: LeaseView = HELD
    policy: Policy = field(default_factory=lambda: Policy(PATIENCE))

    def at(self, seconds: float = 0) -> ClusterPermission:
        return self.policy.decide(int((1000 + seconds) * SECOND), self.own, self.others, self.hub)


def test_a_cluster_that_is_alone_may_forge() -> None:
    assert Scene().at() == ClusterPermission(successor="east")


def test_it_waits_for_a_better_one_that_is_well_and_not_for_a_worse_one() -> None:
    assert Scene(others=(neighbour(),)).at().why is R.WAITING
    assert Scene(others=(neighbour(priority=30),)).at().permitted


@pytest.mark.parametrize(("name", "waits"), [("a", True), ("z", False)])
def test_of_two_alike_the_name_decides(name: str, waits: bool) -> None:
    assert Scene(others=(neighbour(name, 20),)).at().permitted is not waits


@pytest.mark.parametrize(("seconds", "permitted"), [(9.9, False), (10, True)])
def test_it_takes_over_when_the_better_one_was_away_for_long_enough(
    seconds: float, permitted: bool
) -> None:
    assert Scene(others=(neighbour(),)).at(seconds).permitted is permitted


def test_one_that_said_it_is_not_well_is_waited_for_from_then_on() -> None:
    scene = Scene(others=(neighbour(well_for=None),))
    assert not scene.at(9).permitted
    assert scene.at(10).permitted


def test_before_the_board_was_seen_it_waits_and_one_that_holds_goes_on() -> None:
    assert not Scene(others=None).at().permitted
    assert Scene(others=None, hub=OURS).at().permitted


def test_what_is_passed_to_it_it_takes_whoever_is_well() -> None:
    assert Scene(others=(neighbour(),), hub=replace(FREE, passed_to="east")).at().permitted
    assert not Scene(others=(neighbour(),), hub=replace(FREE, passed_to="west")).at().permitted


EXPIRED = replace(FREE, holder="north/bp-0/u")


@pytest.mark.parametrize("hub", [FREE, EXPIRED])
def test_what_nobody_takes_it_takes(hub: LeaseView) -> None:
    scene = Scene(hub=hub)
    for second in range(10):
        scene.others = (replace(neighbour(), last_well_ns=(1000 + second) * SECOND),)
        assert not scene.at(second).permitted
    assert scene.at(10).permitted


def test_what_was_its_own_a_moment_ago_has_not_lain_free() -> None:
    scene = Scene(hub=OURS)
    for second in range(20):
        assert scene.at(second).permitted
    scene.hub, scene.others = EXPIRED, (neighbour(age=-20),)
    assert not scene.at(20).permitted


def test_a_disabled_cluster_yields_to_the_best_that_is_well() -> None:
    own = replace(EAST, state=ForgeState.DISABLED, priority=1)
    others = (neighbour("away", 2, age=20), neighbour("north", 3), neighbour("west", 4))
    for hub in (OURS, HELD):
        assert Scene(own, others, hub).at() == ClusterPermission(False, R.DISABLED, "north")
    assert Scene(own, (), OURS).at() == ClusterPermission(False, R.DISABLED, "")


def test_an_unhealthy_one_yields_to_any_that_is_well_and_goes_on_where_none_is() -> None:
    worse = neighbour(priority=30)
    assert Scene(SICK, (worse,), OURS).at() == ClusterPermission(False, R.UNHEALTHY, "west")
    assert Scene(SICK, (worse,), HELD).at().why is R.UNHEALTHY
    assert Scene(SICK, (), OURS).at().permitted
    assert Scene(SICK, (), HELD).at().permitted


@pytest.mark.parametrize("own", [EAST, SICK])
def test_what_it_took_it_gives_up_only_for_who_was_heard_of_since(own: LocalCluster) -> None:
    """Else two clusters that each believe an old entry of the other pass it back and forth."""
    scene = Scene(own, (neighbour(),), replace(FREE, passed_to="east"))
    assert scene.at(1).permitted
    scene.hub = OURS
    assert scene.at(2).permitted
    assert scene.at(3).permitted
    scene.others = (neighbour(age=-4),)
    assert not scene.at(4).permitted


def test_an_enabled_one_does_not_care_for_its_health() -> None:
    own = replace(SICK, state=ForgeState.ENABLED)
    assert Scene(own, (neighbour(priority=30),), OURS).at().permitted


@pytest.mark.parametrize(("well_for", "yields"), [(59, False), (60, True)])
def test_it_hands_back_to_a_better_one_that_was_well_for_long_enough(
    well_for: float, yields: bool
) -> None:
    permission = Scene(others=(neighbour(well_for=well_for),), hub=OURS).at()
    assert permission == (
        ClusterPermission(False, R.HANDING_BACK, "west")
        if yields
        else ClusterPermission(successor="east")
    )


def handed_back_in_vain(scene: Scene, second: float) -> None:
    """Let it hand back, let the Lease lie, and come back to it."""
    assert scene.at(second).why is R.HANDING_BACK
    scene.hub = replace(FREE, passed_to="west")
    scene.at(second + 1)
    scene.hub = OURS
    assert scene.at(second + 2).permitted


def always_well(scene: Scene, second: float) -> None:
    scene.others = (neighbour(well_for=500, age=-second),)


def test_one_that_does_not_take_what_is_handed_back_is_trusted_later_and_later() -> None:
    scene = Scene(others=(neighbour(),), hub=OURS)
    handed_back_in_vain(scene, 0)
    always_well(scene, 121)
    assert scene.at(121).permitted
    always_well(scene, 122)
    handed_back_in_vain(scene, 122)
    always_well(scene, 363)
    assert scene.at(363).permitted
    always_well(scene, 364)
    assert scene.at(364).why is R.HANDING_BACK


def test_one_that_took_it_is_trusted_as_before() -> None:
    scene = Scene(others=(neighbour(),), hub=OURS)
    assert scene.at().why is R.HANDING_BACK
    scene.hub = HELD
    scene.at(1)
    scene.hub = OURS
    always_well(scene, 2)
    assert scene.at(2).why is R.HANDING_BACK


def test_one_that_falls_ill_in_the_middle_ends_the_handing_back() -> None:
    scene = Scene(others=(neighbour(),), hub=OURS)
    assert scene.at().why is R.HANDING_BACK
    scene.others = (neighbour(well_for=None),)
    assert scene.at(1).permitted


def test_one_whose_keys_have_expired_gives_way_to_any_that_is_well_whatever_its_state() -> None:
    own = replace(EAST, state=ForgeState.ENABLED, priority=1, last_resort=True)
    permission = Scene(own=own, others=(neighbour(priority=30),), hub=OURS).at()
    assert (permission.permitted, permission.why, permission.successor) == (
        False,
        R.KEYS_EXPIRED,
        "west",
    )
    assert Scene(own=own, others=(neighbour(priority=30),)).at().why is R.KEYS_EXPIRED


def test_one_whose_keys_have_expired_goes_on_where_no_other_is_well() -> None:
    own = replace(EAST, last_resort=True)
    unfit = (neighbour(well_for=None),)
    assert Scene(own=own, others=unfit, hub=OURS).at().permitted

"""Which Leases bind a pod: those that its Role names, and never a hub's alone."""

from forge_manager.base.moment import SECOND, Moment
from forge_manager.control.candidacy import Candidacy, those_that_bind
from forge_manager.election.elector import Elector
from forge_manager.election.messages import Failure, LeaseView
from forge_manager.election.record import Lease, LeaseRecord
from forge_manager.election.terms import Terms
from forge_manager.election.withdrawal import Withdrawal
from tests.sidecar.control.memory_lease import MemoryLease

NOW, LATER = Moment(100 * SECOND, 0), Moment(200 * SECOND, 0)


def candidacy(*, refused: bool = False, cluster: str = "") -> Candidacy:
    elector = Elector(identity="bp-0_x", pool_id="pool1", terms=Terms(), group=cluster)
    withdrawal = Withdrawal(15 * SECOND)
    if refused:
        withdrawal.answered(NOW, Failure.FORBIDDEN)
    return Candidacy(elector, MemoryLease(), withdrawal)


def binding(*all_: Candidacy) -> list[Candidacy]:
    views: dict[Candidacy, LeaseView] = {one: one.elector.view(LATER) for one in all_}
    return list(those_that_bind(views, LATER))


def test_a_lease_that_the_role_no_longer_names_does_not_bind() -> None:
    former, own, hub = candidacy(refused=True), candidacy(), candidacy(cluster="east")
    assert binding(former, own, hub) == [own, hub]


def seen(one: Candidacy, *holders: str) -> Candidacy:
    """Show it a Lease that these held, one after the other."""
    assert one.withdrawal is not None
    for version, holder in enumerate(holders):
        record = LeaseRecord(holder, 15, version, version, version)
        one.withdrawal.observed(Lease("u", version, record))
    return one


def just_refused(*holders: str) -> Candidacy:
    one = seen(candidacy(), *holders)
    assert one.withdrawal is not None
    one.withdrawal.answered(LATER, Failure.FORBIDDEN)
    return one


def test_one_that_was_just_refused_binds_while_its_holder_may_elect_by_it_alone() -> None:
    former, own = just_refused("a", "b"), seen(candidacy(), "a", "c")
    assert binding(former, own) == [former, own]


def test_one_whose_holder_elects_by_another_that_binds_does_not() -> None:
    """That one it must hold as well: who takes it from it may forge."""
    former, own = just_refused("b", "a"), seen(candidacy(), "a", "c")
    assert binding(former, own) == [own]


def test_another_that_is_refused_as_well_says_nothing_of_its_holder() -> None:
    one, two, own = just_refused("a"), just_refused("a"), seen(candidacy(), "c")
    assert binding(one, two, own) == [one, two, own]


def test_nor_does_a_hubs() -> None:
    former, own = just_refused("a"), candidacy()
    hub = seen(candidacy(cluster="east"), "a")
    assert binding(former, own, hub) == [former, own, hub]


def test_where_the_role_names_none_of_the_clusters_leases_all_of_them_bind() -> None:
    former, own, hub = candidacy(refused=True), candidacy(refused=True), candidacy(cluster="east")
    assert binding(former, own, hub) == [former, own, hub]

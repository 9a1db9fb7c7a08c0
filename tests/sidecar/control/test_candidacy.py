"""Which Leases bind a pod: those that its Role names, and never a hub's alone."""

from forge_manager.control.candidacy import Candidacy, those_that_bind
from forge_manager.election.elector import Elector
from forge_manager.election.messages import Failure, LeaseView
from forge_manager.election.terms import Terms
from forge_manager.election.withdrawal import Withdrawal
from forge_manager.moment import SECOND, Moment
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


def test_where_the_role_names_none_of_the_clusters_leases_all_of_them_bind() -> None:
    former, own, hub = candidacy(refused=True), candidacy(refused=True), candidacy(cluster="east")
    assert binding(former, own, hub) == [former, own, hub]

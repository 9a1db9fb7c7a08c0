"""Both clusters are installed at once: one node forges, soon one of the preferred cluster."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import restarts
from tests.e2e.framework.hub import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.two_clusters import SharedTwoClusters, TwoClustersCase

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


@pytest.fixture
def case(shared_two_clusters: SharedTwoClusters) -> TwoClustersCase:
    """From the moment on when the first node of the preferred cluster is up."""
    begun = datetime.now(UTC)
    two_clusters = shared_two_clusters.fresh()
    case = two_clusters.settled()
    lines = two_clusters.east.journal.lines(begun)
    case.since = min(line.at for line in lines if line.event.startswith("socket: "))
    return case


def test_start_of_both_clusters(case: TwoClustersCase) -> None:
    """A Lease that is not there counts as held for its duration; these nodes start in less."""
    case.judge(none_below_s=LEASE_S + 2)
    for region in case.two_clusters.regions:
        for pod in region.namespace.items("pods"):
            assert set(restarts(pod).values()) == {0}

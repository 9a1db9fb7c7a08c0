"""Both clusters are installed at once: one node forges, soon one of the preferred cluster."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.framework.history import restarts
from tests.e2e.framework.hub import LEASE_S

if TYPE_CHECKING:
    from tests.e2e.framework.pair import Pairs, PairScene

pytestmark = [pytest.mark.timed, pytest.mark.timeout(600)]


@pytest.fixture
def scene(pairs: Pairs) -> PairScene:
    """From the moment on when the first node of the preferred cluster is up."""
    begun = datetime.now(UTC)
    pair = pairs.fresh()
    scene = pair.settled()
    lines = pair.east.witness.lines(begun)
    scene.since = min(line.at for line in lines if line.event.startswith("socket: "))
    return scene


def test_start_of_both_clusters(scene: PairScene) -> None:
    """A Lease that is not there counts as held for its duration; these nodes start in less."""
    scene.judge(none_below_s=LEASE_S + 2)
    for region in scene.pair.regions:
        for pod in region.namespace.items("pods"):
            assert set(restarts(pod).values()) == {0}

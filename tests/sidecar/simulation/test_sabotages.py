"""The tables of sabotages name what there is. What notices each takes minutes: check_sabotages."""

from pathlib import Path

from tests.sidecar.simulation.check_sabotages import (
    BY_KINDS,
    CAUGHT_BY,
    CLUSTERS_CAUGHT_BY,
    EVERY,
    HUBS_CAUGHT_BY,
    NOTICED_BY,
)
from tests.sidecar.simulation.fault_table import LINES


def test_each_is_noticed_by_the_simulation_or_by_a_test_that_is_there() -> None:
    by_seed = {**CAUGHT_BY, **CLUSTERS_CAUGHT_BY, **HUBS_CAUGHT_BY}
    assert set(EVERY) == {*by_seed, *NOTICED_BY}
    assert not by_seed.keys() & NOTICED_BY.keys()
    tests = Path(__file__).parent.parent
    assert [file for file in NOTICED_BY.values() if not (tests / file).is_file()] == []


def test_their_faults_have_names_that_there_are() -> None:
    assert set(BY_KINDS) <= set(EVERY)
    assert {kind for kinds in BY_KINDS.values() for kind in kinds} <= set(LINES)

"""The only replica's lease is longer: an API server may be away for so long."""

from __future__ import annotations

import pytest

from tests.chart.hub_values import hubbed
from tests.chart.rendering import environment, notes, render
from tests.chart.samples import Values, at, merged, producer

SAID = "the API server may be unreachable for"


def election(**settings: object) -> Values:
    return producer(**at("forgeManager.election", settings))


def alone() -> Values:
    return merged(hubbed(), at("forgeManager.clusterManagement.hub.goOnAlone", True))


@pytest.mark.parametrize(
    ("values", "seconds", "away"),
    [
        (producer(), 300, 294),
        (election(failsafeSeconds=20), 20, 28),
        (election(failsafeSeconds=0), 0, 0),
        (merged(producer(), at("replicaCount", 2)), 0, 0),
        (merged(producer(), at("replicaCount", 0)), 0, 0),
        (election(leaseDurationSeconds=3500), 100, 3415),
        (election(leaseDurationSeconds=3600), 0, 0),
        (merged(hubbed(), at("replicaCount", 3)), 300, 294),
        (hubbed(), 300, 294),
        (merged(alone(), at("replicaCount", 3)), 0, 0),
        (alone(), 300, 294),
    ],
    ids=[
        *("one", "own", "off", "several", "none", "a long lease", "the longest lease"),
        *("several with a hub", "one with a hub"),
        *("several that go on without the hub", "one that goes on without the hub"),
    ],
)
def test_the_manager_and_the_notes_are_told(values: Values, seconds: int, away: int) -> None:
    env = environment(render(values).container("cardano-forge-manager"))
    assert env["FAILSAFE_SECONDS"] == str(seconds)
    assert (f"{SAID} {away} s" in notes(values)) is bool(away)
    assert (SAID in notes(values)) is bool(away)

"""Several clusters: accepted, held where the values say so, and warned of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import environment, render, warnings
from tests.chart.samples import Values, at, producer

PATH = "forgeManager.clusterManagement"
OVERRIDE = {"enabled": True, "forceState": "Disabled"}


def clustered(**cluster: Any) -> Values:
    return producer(forgeManager={"clusterManagement": {"enabled": True, **cluster}})


def held(values: Values) -> bool:
    env = environment(render(values).container("cardano-forge-manager"))
    return env["HOLD_FORGING"] == "true"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (producer(), False),
        (producer(forgeManager={"holdForging": True}), True),
        (clustered(), False),
        (clustered(forgeState="Enabled"), False),
        (clustered(forgeState="Disabled"), True),
        (clustered(forgeState="Disabled", enabled=False), False),
        (clustered(override=OVERRIDE), True),
        (clustered(override={**OVERRIDE, "enabled": False}), False),
        # It may have run out, which a template cannot know.
        (clustered(forgeState="Disabled", override={**OVERRIDE, "forceState": "Enabled"}), True),
    ],
)
def test_a_cluster_that_shall_not_forge_is_held(values: Values, expected: bool) -> None:
    assert held(values) is expected


@pytest.mark.parametrize(
    "values",
    [
        clustered(),
        producer(forgeManager={"legacy": {"crd": {"cardanoForgeCluster": {"enabled": True}}}}),
    ],
)
def test_the_warnings_say_that_nothing_keeps_other_clusters_from_forging(values: Values) -> None:
    assert "nothing keeps another cluster" in warnings(values)[PATH]
    assert PATH not in warnings(producer())


def test_the_warnings_say_where_the_crds_are() -> None:
    path = "cardano-forge-crds.enabled"
    assert "this chart's crds/" in warnings(at(path, True))[path]
    assert path not in warnings()

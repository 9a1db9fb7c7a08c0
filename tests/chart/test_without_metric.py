"""A node that shows no forging metric: said by an empty name, accepted and warned of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import RefusedError, environment, render, warnings
from tests.chart.samples import merged, producer

PATH = "forgeManager.forgingMetric"
WITHOUT = producer(forgeManager={"forgingMetric": ""})


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"prometheus": {"enabled": False}},
        {"prometheus": {"host": "10.0.0.1"}},
        {"config": {"traceOptionMetricsPrefix": "mine."}},
    ],
)
def test_the_nodes_metrics_may_then_be_anything(node: dict[str, Any]) -> None:
    rendered = render(merged(WITHOUT, {"cardanoNode": node}))
    assert environment(rendered.container("cardano-forge-manager"))["FORGING_METRIC"] == ""


def test_the_warnings_say_what_a_hand_over_costs() -> None:
    assert "restarts the node" in warnings(WITHOUT)[PATH]
    assert PATH not in warnings(producer())


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(RefusedError):
        render(producer(forgeManager={"forgingMetric": "no metric"}))

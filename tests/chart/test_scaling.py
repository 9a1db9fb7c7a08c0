"""PodDisruptionBudget and HorizontalPodAutoscaler."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, RefusedError, render, warnings
from tests.chart.samples import Values, at, merged, producer

NAME = "test-cardano-node"
BUDGET = at("podDisruptionBudget.enabled", True)
SCALED = at("autoscaling.enabled", True)


def budget(values: Values) -> Object:
    spec: Object = render(merged(BUDGET, values)).get("PodDisruptionBudget", NAME)["spec"]
    return spec


def scaler(values: Values) -> Object:
    spec: Object = render(merged(SCALED, values)).get("HorizontalPodAutoscaler", NAME)["spec"]
    return spec


def test_neither_is_there_by_default() -> None:
    rendered = render()
    assert not rendered.of_kind("PodDisruptionBudget")
    assert not rendered.of_kind("HorizontalPodAutoscaler")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, {"minAvailable": 1}),
        ({"minAvailable": "50%"}, {"minAvailable": "50%"}),
        ({"maxUnavailable": 1}, {"maxUnavailable": 1}),
        ({"maxUnavailable": 0}, {"maxUnavailable": 0}),
        ({"minAvailable": 2, "maxUnavailable": "25%"}, {"maxUnavailable": "25%"}),
    ],
)
def test_a_budget_has_one_limit(limits: dict[str, Any], expected: Object) -> None:
    spec = budget(at("podDisruptionBudget", limits))
    assert {key: spec[key] for key in spec if key != "selector"} == expected


def test_a_budget_covers_the_pods() -> None:
    rendered = render(BUDGET)
    labels = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    selector = rendered.get("PodDisruptionBudget", NAME)["spec"]["selector"]["matchLabels"]
    assert selector.items() <= labels.items()


def test_a_budget_may_let_pods_go_that_are_not_ready() -> None:
    spec = budget(at("podDisruptionBudget.unhealthyPodEvictionPolicy", "AlwaysAllow"))
    assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_a_budget_without_a_limit_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"podDisruptionBudget\.minAvailable: neither"):
        budget(at("podDisruptionBudget.minAvailable", None))


def test_a_budget_that_blocks_every_drain_is_warned_of() -> None:
    path = "podDisruptionBudget.minAvailable"
    assert "can be drained" in warnings(BUDGET)[path]
    assert path not in warnings(merged(BUDGET, at("replicaCount", 2)))
    assert path not in warnings(merged(BUDGET, at("podDisruptionBudget.maxUnavailable", 1)))
    assert path not in warnings(merged(BUDGET, SCALED, at("autoscaling.minReplicas", 2)))


def test_an_autoscaler_has_the_number_of_replicas_to_itself() -> None:
    rendered = render(merged(SCALED, at("replicaCount", 3)))
    assert "replicas" not in rendered.statefulset["spec"]
    target = rendered.get("HorizontalPodAutoscaler", NAME)["spec"]["scaleTargetRef"]
    assert target == {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": NAME}
    assert rendered.get(target["kind"], target["name"]) == rendered.statefulset


def resources(spec: Object) -> dict[str, int]:
    metrics = [metric["resource"] for metric in spec["metrics"] if metric["type"] == "Resource"]
    return {metric["name"]: metric["target"]["averageUtilization"] for metric in metrics}


def test_an_autoscaler_has_the_earlier_targets() -> None:
    spec = scaler({})
    assert resources(spec) == {"cpu": 80, "memory": 80}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (1, 10)
    assert "behavior" not in spec


def test_a_target_can_be_left_out_and_metrics_added() -> None:
    metric = {
        "type": "External",
        "external": {"metric": {"name": "x"}, "target": {"type": "Value"}},
    }
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 300}}
    own = {
        "targetMemoryUtilizationPercentage": None,
        "customMetrics": [metric],
        "behavior": behavior,
    }
    spec = scaler(at("autoscaling", own))
    assert resources(spec) == {"cpu": 80}
    assert metric in spec["metrics"]
    assert spec["behavior"] == behavior


NO_TARGETS = {"targetCPUUtilizationPercentage": None, "targetMemoryUtilizationPercentage": None}
REFUSED: dict[str, tuple[Values, str]] = {
    "a block producer": (producer(**SCALED), "autoscaling.enabled: more replicas"),
    "more at least than at most": (
        merged(SCALED, at("autoscaling.minReplicas", 11)),
        r"autoscaling.minReplicas: autoscaling.maxReplicas \(10\) is less",
    ),
    "nothing to scale by": (merged(SCALED, at("autoscaling", NO_TARGETS)), "has no metric"),
    "one ledger": (
        merged(SCALED, at("persistence.ledger.existingClaim", "mine")),
        "persistence.ledger.existingClaim: autoscaling",
    ),
    "one socket": (
        merged(SCALED, at("persistence.socket", {"enabled": True, "existingClaim": "mine"})),
        "persistence.socket.existingClaim: autoscaling",
    ),
    "a signer in each": (
        merged(SCALED, at("mithrilSigner.enabled", True)),
        "mithrilSigner.enabled: autoscaling",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    values, message = REFUSED[case]
    with pytest.raises(RefusedError, match=message):
        render(values)

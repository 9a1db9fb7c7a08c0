"""What holds for every object, with every part switched on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.hub_values import hubbed
from tests.chart.rendering import Object, render
from tests.chart.samples import Values, at, merged, producer

NAME_LIMIT = 63
COMMON = merged(at("global.commonLabels.team", "a"), at("global.commonAnnotations.note", "b"))
ON: Values = {"enabled": True}
PARTS: Values = {
    "submitApi": ON,
    "ingress": ON,
    "persistence": {"socket": ON},
    "podDisruptionBudget": ON,
    "networkPolicy": ON,
    **COMMON,
}
CASES: dict[str, Values] = {
    "relays": merged(PARTS, {"autoscaling": ON, "monitoring": {"podMonitor": ON}}),
    "producer": producer(
        **PARTS,
        mithrilSigner=ON,
        cardanoNode={"network": "preprod"},
        monitoring={"serviceMonitor": ON},
        secrets={"create": True, "data": dict.fromkeys(("kesKey", "vrfKey", "opCert"), "YQ==")},
    ),
    "one of several clusters": merged(hubbed(access={"create": True}), COMMON),
}
KINDS = {
    "ConfigMap",
    "CardanoForgeCluster",
    "CardanoLeader",
    "HorizontalPodAutoscaler",
    "Ingress",
    "NetworkPolicy",
    "Pod",
    "PodDisruptionBudget",
    "PodMonitor",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
    "StatefulSet",
}


def objects(case: str, **how: Any) -> list[Object]:
    return list(render(CASES[case], **how).objects)


def test_the_cases_render_every_kind_that_the_chart_has() -> None:
    assert {item["kind"] for case in CASES for item in objects(case)} == KINDS


@pytest.mark.parametrize("case", CASES)
def test_common_labels_and_annotations_stand_on_it(case: str) -> None:
    for item in objects(case):
        assert item["metadata"]["labels"]["team"] == "a", item["kind"]
        assert item["metadata"]["annotations"]["note"] == "b", item["kind"]


@pytest.mark.parametrize("case", CASES)
def test_it_is_in_the_releases_namespace(case: str) -> None:
    for item in objects(case, namespace="elsewhere"):
        assert item["metadata"]["namespace"] == "elsewhere", item["kind"]


@pytest.mark.parametrize("case", CASES)
def test_its_name_stays_within_the_limit(case: str) -> None:
    for item in objects(case, release="a" * 53):
        assert len(item["metadata"]["name"]) <= NAME_LIMIT, item["kind"]


@pytest.mark.parametrize("case", CASES)
def test_no_two_of_a_kind_have_one_name(case: str) -> None:
    names = [(item["kind"], item["metadata"]["name"]) for item in objects(case)]
    assert len(set(names)) == len(names)

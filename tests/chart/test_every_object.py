"""What holds for every object, with every part switched on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.hub_values import hubbed
from tests.chart.rendering import Object, render
from tests.chart.samples import SIGNER, Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

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
        **SIGNER,
        cardanoNode={"network": "preprod"},
        monitoring={"serviceMonitor": ON, "prometheusRule": ON, "grafanaDashboard": ON},
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
    "PrometheusRule",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
    "StatefulSet",
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", CASES)
def test_it_is_valid(case: str, version: str) -> None:
    for item in objects(case, kube_version=f"{version}.0"):
        validate(item, version)


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
def test_no_two_of_a_kind_have_one_name(case: str) -> None:
    names = [(item["kind"], item["metadata"]["name"]) for item in objects(case)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", CASES)
def test_every_mount_is_of_a_volume_that_there_is_and_every_volume_is_mounted(case: str) -> None:
    rendered = render(CASES[case])
    claims = rendered.statefulset["spec"].get("volumeClaimTemplates", [])
    volumes = {volume["name"] for volume in rendered.pod["volumes"]}
    volumes |= {claim["metadata"]["name"] for claim in claims}
    containers = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    assert {mount["name"] for each in containers for mount in each["volumeMounts"]} == volumes

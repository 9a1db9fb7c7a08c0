"""Memory and disk follow the network; the node's fence by a liveness probe."""

from __future__ import annotations

import pytest

from tests.chart.rendering import render
from tests.chart.samples import Values, at, custom_network, merged, producer


def node_resources(values: Values) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = render(values).container("cardano-node")["resources"]
    return found


def network(name: str) -> Values:
    return custom_network() if name == "custom" else at("cardanoNode.network", name)


@pytest.mark.parametrize(
    ("name", "request_", "limit", "disk"),
    [
        ("mainnet", "24Gi", "32Gi", "350Gi"),
        ("preprod", "4Gi", "8Gi", "50Gi"),
        ("preview", "4Gi", "8Gi", "50Gi"),
        ("custom", "4Gi", "8Gi", "50Gi"),
    ],
)
def test_memory_and_disk_follow_the_network(
    name: str, request_: str, limit: str, disk: str
) -> None:
    rendered = render(network(name))
    resources = rendered.container("cardano-node")["resources"]
    assert resources["requests"] == {"cpu": "1000m", "memory": request_}
    assert resources["limits"] == {"cpu": "2000m", "memory": limit}
    (claim,) = rendered.statefulset["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == disk


@pytest.mark.parametrize("kind", ["requests", "limits"])
def test_memory_of_the_users_stands_alone(kind: str) -> None:
    # One of the chart's beside it might be a request above the limit.
    found = node_resources(at(f"resources.cardanoNode.{kind}.memory", "5Gi"))
    memories = {key: part["memory"] for key, part in found.items() if "memory" in part}
    assert memories == {kind: "5Gi"}


def test_limits_can_be_left_out() -> None:
    found = node_resources(at("resources.cardanoNode.limits", None))
    assert "limits" not in found
    assert found["requests"]["memory"] == "24Gi"


def test_the_fence_asks_the_manager_by_number_and_ends_the_node_at_once() -> None:
    more = {"livenessFence": True, "metricsPort": 8123, "legacy": {"lease": {"duration": 30}}}
    probe = render(producer(forgeManager=more)).container("cardano-node")["livenessProbe"]
    assert probe == {
        "httpGet": {"path": "/node-liveness", "port": 8123},
        "periodSeconds": 1,
        "timeoutSeconds": 1,
        "failureThreshold": 25,
        "terminationGracePeriodSeconds": 2,
    }


def test_where_nobody_is_elected_there_is_no_fence() -> None:
    fenced = at("forgeManager.livenessFence", True)
    for base in ({}, producer(forgeManager={"nodeControl": "none"})):
        assert "livenessProbe" not in render(merged(base, fenced)).container("cardano-node")

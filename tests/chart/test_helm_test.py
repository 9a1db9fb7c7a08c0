"""The pod of `helm test`: whom it asks, and that nobody takes it for one of the node's pods."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, render
from tests.chart.samples import at, merged, producer

NAME = "test-cardano-node-test"
THREE = producer(replicaCount=3)


def arguments(values: dict[str, Any]) -> list[str]:
    (container,) = pod(values)["spec"]["containers"]
    found: list[str] = container["args"]
    return found


def pod(values: dict[str, Any]) -> Object:
    return render(values).get("Pod", NAME)


def test_it_is_a_hook_of_helms_tests() -> None:
    assert pod(THREE)["metadata"]["annotations"]["helm.sh/hook"] == "test"
    assert pod(THREE)["spec"]["restartPolicy"] == "Never"


def test_it_asks_every_manager_by_its_own_name_and_wants_one_forger() -> None:
    asked = [f"http://test-cardano-node-{n}.test-cardano-node:8000" for n in range(3)]
    assert arguments(THREE) == ["probe", "--wait=60", "--one-forger", *asked]
    service = render(THREE).get("Service", "test-cardano-node")
    assert service["spec"]["publishNotReadyAddresses"] is True
    assert render(THREE).statefulset["spec"]["serviceName"] == "test-cardano-node"


def test_it_follows_the_managers_port() -> None:
    assert arguments(producer(forgeManager={"metricsPort": 8123}))[-1].endswith(":8123")


@pytest.mark.parametrize(
    "values",
    [
        at("forgeManager.holdForging", True),
        at("forgeManager.nodeControl", "none"),
        at("forgeManager.forgingMetric", ""),
        # Another cluster may be the one that forges.
        at("forgeManager.clusterManagement.enabled", True),
    ],
    ids=["held", "no control", "no metric", "several clusters"],
)
def test_no_forger_is_wanted_where_there_may_be_none(values: dict[str, Any]) -> None:
    assert "--one-forger" not in arguments(producer(**values))


def test_no_service_and_no_statefulset_selects_it() -> None:
    rendered = render(merged(THREE, at("networkPolicy.enabled", True)))
    labels = rendered.get("Pod", NAME)["metadata"]["labels"]
    selectors = [
        *(service["spec"]["selector"] for service in rendered.of_kind("Service").values()),
        rendered.statefulset["spec"]["selector"]["matchLabels"],
        *(
            policy["spec"]["podSelector"]["matchLabels"]
            for policy in rendered.of_kind("NetworkPolicy").values()
        ),
    ]
    assert len(selectors) > 4
    assert not [selector for selector in selectors if selector.items() <= labels.items()]


def test_it_has_no_token_and_no_rights() -> None:
    spec = pod(THREE)["spec"]
    assert spec["automountServiceAccountToken"] is False
    context = spec["containers"][0]["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False


@pytest.mark.parametrize("values", [{}, producer(replicaCount=0)], ids=["relay", "no replicas"])
def test_there_is_none(values: dict[str, Any]) -> None:
    assert not render(values).of_kind("Pod")

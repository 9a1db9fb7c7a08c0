"""Variables of a pool in several clusters: defaults, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.base.env import SettingsError
from forge_manager.election.terms import Terms
from forge_manager.settings.cluster_spec import ClusterSpec, ForgeState, Header, HealthCheck
from forge_manager.settings.manager import parse_settings

HUB = {
    "ENABLE_CLUSTER_MANAGEMENT": "true",
    "CLUSTER_IDENTIFIER": "eu-west-1",
    "HUB_ENABLED": "true",
    "HUB_LEASE_NAME": "cardano-forge-mainnet-pool1abc",
}


def problems(**env: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        parse_settings(env)
    return refusal.value.problems


def test_without_a_word_this_cluster_is_alone_and_priority_based() -> None:
    cluster, hub = parse_settings({}).cluster, parse_settings({}).hub
    health = HealthCheck(False, "", 30, 10, 3, ())
    assert cluster.spec == ClusterSpec(ForgeState.PRIORITY_BASED, 100, health)
    assert (cluster.resource, cluster.plural) == ("", "cardanoforgeclusters")
    assert (cluster.health.headers, cluster.health.ca, cluster.health.verify) == (None, None, True)
    assert (hub.enabled, hub.kubeconfig, hub.go_on_alone) == (False, None, False)
    assert (hub.takeover_s, hub.hand_back_s, hub.terms) == (10, 60, Terms(15, 10, 2))


def test_every_variable_is_taken() -> None:
    settings = parse_settings(
        HUB
        | {
            "FORGE_STATE": "disabled",
            "CLUSTER_PRIORITY": "7",
            "HEALTH_CHECK_ENABLED": "true",
            "HEALTH_CHECK_ENDPOINT": "https://x/y",
            "HEALTH_CHECK_INTERVAL": "20",
            "HEALTH_CHECK_TIMEOUT": "5",
            "HEALTH_CHECK_FAILURE_THRESHOLD": "2",
            "HEALTH_CHECK_HEADERS": '{"X-Key": "one"}',
            "HEALTH_CHECK_HEADERS_DIR": "/headers",
            "HEALTH_CHECK_CA_FILE": "/ca/ca.crt",
            "HEALTH_CHECK_TLS_VERIFY": "false",
            "FORGE_CLUSTER_NAME": "mainnet-eu",
            "FORGE_CLUSTER_PLURAL": "others",
            "HUB_KUBECONFIG": "/hub/kubeconfig",
            "HUB_LEASE_DURATION": "30",
            "HUB_TAKEOVER_SECONDS": "4",
            "HUB_HAND_BACK_SECONDS": "8",
            "HUB_GO_ON_ALONE": "true",
            "NAMESPACE": "pools",
        }
    )
    cluster, hub = settings.cluster, settings.hub
    health = HealthCheck(True, "https://x/y", 20, 5, 2, (Header("X-Key", "one"),))
    assert cluster.spec == ClusterSpec(ForgeState.DISABLED, 7, health)
    assert (cluster.health.headers, cluster.health.ca) == (Path("/headers"), Path("/ca/ca.crt"))
    assert cluster.health.verify is False
    assert (cluster.resource, cluster.plural) == ("mainnet-eu", "others")
    assert hub.kubeconfig == Path("/hub/kubeconfig")
    assert (hub.namespace, hub.lease_name) == ("pools", "cardano-forge-mainnet-pool1abc")
    assert hub.terms == Terms(30, 20, 2)
    assert (hub.takeover_s, hub.hand_back_s, hub.go_on_alone) == (4, 8, True)
    assert parse_settings(HUB | {"HUB_NAMESPACE": "there"}).hub.namespace == "there"


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"ENABLE_CLUSTER_MANAGEMENT": "false"}, "HUB_ENABLED"),
        ({"HUB_LEASE_NAME": ""}, "HUB_LEASE_NAME"),
        ({"CLUSTER_IDENTIFIER": "Eu_West"}, "CLUSTER_IDENTIFIER"),
        ({"CLUSTER_IDENTIFIER": "eu-"}, "CLUSTER_IDENTIFIER"),
        ({"CLUSTER_IDENTIFIER": "x" * 21}, "CLUSTER_IDENTIFIER"),
        ({"HUB_LEASE_DURATION": "4"}, "HUB_LEASE_DURATION"),
        ({"FORGE_STATE": "Maybe"}, "FORGE_STATE"),
        ({"HEALTH_CHECK_FAILURE_THRESHOLD": "0"}, "HEALTH_CHECK_FAILURE_THRESHOLD"),
    ],
)
def test_what_does_not_go_together_is_refused(change: dict[str, str], variable: str) -> None:
    found = problems(**(HUB | change))
    assert {problem.partition("=")[0] for problem in found} == {variable}


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        '["hunter2"]',
        '{"X-Key": 2}',
        '{"X Key": "hunter2"}',
        '{"X": "hunter2\\r\\nY: 1"}',
    ],
)
def test_headers_that_are_none_are_refused_and_not_shown(value: str) -> None:
    (problem,) = problems(HEALTH_CHECK_HEADERS=value)
    assert problem.startswith("HEALTH_CHECK_HEADERS is not allowed")
    assert "hunter2" not in problem

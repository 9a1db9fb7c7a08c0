"""A cluster among several: its CardanoForgeCluster, and what its managers are told."""

from __future__ import annotations

from typing import Any

import pytest

from forge_manager.multicluster.spec import effective, spec_from
from forge_manager.settings.cluster_spec import ForgeState
from forge_manager.settings.manager import parse_settings
from tests.chart.hub_values import POOL_ID, clustered, hubbed, managed
from tests.chart.rendering import Object, environment, render, warnings
from tests.chart.samples import Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

KIND = "CardanoForgeCluster"
ROLE = "test-cardano-node-forge-manager"
PLAIN = "test-cardano-node-forge-cluster"
OVERRIDE = {"enabled": True, "forceState": "Disabled"}
TENANT = {"multiTenant": {"enabled": True, "pool": {"id": POOL_ID}}}
LEGACY = {"legacy": {"crd": {"cardanoForgeCluster": {"enabled": True, "name": "mine"}}}}


def forge_cluster(values: Values) -> Object:
    (found,) = render(values).of_kind(KIND).values()
    return found


def spec(**cluster: Any) -> Object:
    found: Object = forge_cluster(clustered(**cluster))["spec"]
    return found


def told(values: Values) -> dict[str, str]:
    return environment(render(values).container("cardano-forge-manager"))


def test_a_cluster_alone_has_none_and_its_managers_hear_of_none() -> None:
    rendered = render(producer())
    env = environment(rendered.container("cardano-forge-manager"))
    assert not rendered.of_kind(KIND)
    assert not [n for n in env if n.startswith(("CLUSTER_", "HUB_", "HEALTH_", "FORGE_", "ENABLE"))]


@pytest.mark.parametrize(
    "values",
    [
        clustered(enabled=False),
        clustered(region="eu-west", enabled=False),
        merged(clustered(), at("forgeManager.nodeControl", "none")),
        at("forgeManager.clusterManagement.enabled", True),
    ],
)
def test_who_is_not_elected_or_not_one_of_several_has_none(values: Values) -> None:
    assert not render(values).of_kind(KIND)


def test_it_says_what_the_values_say() -> None:
    check = {"enabled": True, "endpoint": "https://a/", "interval": 7, "headers": {"a": "b"}}
    pool = {"id": POOL_ID, "ticker": "ABC", "name": "First"}
    values = merged(
        clustered(region="eu-west", priority=7, forgeState="Enabled", healthCheck=check),
        managed(multiTenant={"enabled": True, "pool": pool}),
    )
    assert forge_cluster(values)["spec"] == {
        "network": {"name": "mainnet", "magic": 764824073},
        "pool": pool,
        "application": {
            "type": "block-producer",
            "version": "11.0.1-1",
            "environment": "production",
        },
        "region": "eu-west",
        "forgeState": "Enabled",
        "priority": 7,
        "healthCheck": {
            "enabled": True,
            "endpoint": "https://a/",
            "interval": "7s",
            "timeout": "10s",
            "failureThreshold": 3,
            "headers": {"a": "b"},
        },
    }


def test_the_sidecar_reads_in_it_what_the_values_say() -> None:
    check = {"enabled": True, "endpoint": "https://a/", "timeout": 7, "headers": {"a": "b"}}
    override = {"enabled": True, "forcePriority": 3, "reason": "exercise"}
    values = clustered(forgeState="Enabled", healthCheck=check, override=override)
    without = parse_settings(told(clustered())).cluster.spec
    found = spec_from(forge_cluster(values), without)
    assert (found.health.timeout_s, found.health.endpoint) == (7, "https://a/")
    assert found.health.headers == (("a", "b"),)
    now = effective(found, wall_s=0)
    assert (now.state, now.priority, now.reason) == (ForgeState.ENABLED, 3, "exercise")


def test_its_version_is_the_nodes() -> None:
    tagged = forge_cluster(merged(clustered(), at("image.cardanoNode.tag", "11.0.1")))
    assert tagged["spec"]["application"]["version"] == "11.0.1"


def test_it_has_no_status_that_gitops_tools_would_compare() -> None:
    assert "status" not in forge_cluster(clustered())


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (OVERRIDE, OVERRIDE),
        (
            {"enabled": True, "forcePriority": 1, "expiresAt": "2030-01-01T00:00:00Z"},
            {"enabled": True, "forcePriority": 1, "expiresAt": "2030-01-01T00:00:00Z"},
        ),
        # Left out, so that one that an operator patched in stands through an upgrade.
        ({**OVERRIDE, "enabled": False}, None),
    ],
)
def test_an_override_says_what_is_set_or_is_not_there(override: Object, said: Object) -> None:
    assert spec(override=override).get("override") == said


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "values",
    [
        clustered(),
        clustered(override=OVERRIDE),
        hubbed(),
        merged(clustered(), managed(**TENANT)),
        merged(clustered(), managed(multiTenant={"enabled": True, "pool": {"idHex": "ab" * 28}})),
    ],
)
def test_its_definition_takes_it(values: Values, version: str) -> None:
    for item in render(values, kube_version=f"{version}.0").objects:
        validate(item, version)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (merged(clustered(region="eu-west"), managed(**TENANT)), "mainnet-pool1qqqqq-eu-west"),
        (merged(clustered(), managed(**TENANT)), PLAIN),
        (clustered(region="eu-west"), PLAIN),
        (merged(clustered(), managed(**LEGACY)), "mine"),
        (managed(**LEGACY), "mine"),
    ],
)
def test_it_is_named_as_existing_deployments_name_it(values: Values, name: str) -> None:
    rendered = render(values)
    assert set(rendered.of_kind(KIND)) == {name}
    assert told(values)["FORGE_CLUSTER_NAME"] == name
    rules = [r for r in rendered.get("Role", ROLE)["rules"] if r.get("resourceNames") == [name]]
    assert {(r["resources"][0], *r["verbs"]) for r in rules if "cardano.io" in r["apiGroups"]} == {
        ("cardanoforgeclusters", "get", "list", "watch"),
        ("cardanoforgeclusters/status", "patch", "update"),
    }


def test_the_managers_know_their_cluster_by_its_region() -> None:
    env = told(merged(clustered(region="eu-west"), managed(multiTenant={"enabled": True})))
    assert env["ENABLE_CLUSTER_MANAGEMENT"] == "true"
    assert env["CLUSTER_IDENTIFIER"] == env["CLUSTER_REGION"] == "eu-west"


def test_without_a_region_the_managers_choose_their_own_name() -> None:
    assert not {"CLUSTER_IDENTIFIER", "CLUSTER_REGION"} & set(told(clustered()))
    assert spec()["region"] == "unknown"


@pytest.mark.parametrize(
    "change",
    [
        {"priority": 7},
        {"forgeState": "Enabled"},
        {"healthCheck": {"enabled": True, "endpoint": "https://a", "headers": {"a": "b"}}},
        {"override": {"enabled": True, "forcePriority": 1}},
    ],
)
def test_a_change_of_what_the_object_says_starts_no_node_anew(change: Object) -> None:
    assert render(clustered(**change)).statefulset == render(clustered()).statefulset
    assert spec(**change) != spec()


@pytest.mark.parametrize(
    ("values", "disabled"),
    [
        (clustered(), False),
        (clustered(forgeState="Disabled"), True),
        (clustered(override=OVERRIDE), True),
        (clustered(override={**OVERRIDE, "enabled": False}), False),
        (clustered(override={**OVERRIDE, "forceState": "Enabled"}), False),
    ],
)
def test_a_disabled_cluster_stays_so_where_the_object_cannot_be_read(
    values: Values, disabled: bool
) -> None:
    assert (told(values).get("FORGE_STATE") == "Disabled") is disabled


def test_holding_forging_is_another_matter() -> None:
    assert told(clustered(forgeState="Disabled"))["HOLD_FORGING"] == "false"
    assert told(managed(holdForging=True))["HOLD_FORGING"] == "true"


def test_secrets_of_the_health_check_are_mounted_into_the_manager_alone() -> None:
    check = {"headersSecret": "tokens", "tls": {"caSecret": "authority"}}
    rendered = render(clustered(healthCheck=check))
    env = environment(rendered.container("cardano-forge-manager"))
    assert env["HEALTH_CHECK_HEADERS_DIR"] == "/health-check/headers"
    assert env["HEALTH_CHECK_CA_FILE"] == "/health-check/ca/ca.crt"
    secrets = {v["name"]: v["secret"] for v in rendered.pod["volumes"] if "secret" in v}
    wanted = {"health-check-headers": "tokens", "health-check-ca": "authority"}
    # 0440: for the group of the volume, fsGroup.
    for volume, name in wanted.items():
        late = {"secretName": name, "defaultMode": 0o440, "optional": True}
        assert secrets[volume] == late
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    for container in everyone:
        found = {m["name"]: m for m in container["volumeMounts"] if m["name"] in wanted}
        is_manager = container["name"] == "cardano-forge-manager"
        assert set(found) == (set(wanted) if is_manager else set())
        assert all(mount["readOnly"] for mount in found.values())


def test_a_certificate_is_asked_for_unless_the_values_say_otherwise() -> None:
    assert told(clustered())["HEALTH_CHECK_TLS_VERIFY"] == "true"
    lax = clustered(healthCheck={"tls": {"verify": False}})
    assert told(lax)["HEALTH_CHECK_TLS_VERIFY"] == "false"


def test_the_warnings_say_where_the_crds_are() -> None:
    path = "cardano-forge-crds.enabled"
    assert "this chart's crds/" in warnings(at(path, True))[path]
    assert path not in warnings()

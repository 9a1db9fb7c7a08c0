"""The hub: what the managers are told of it, how they get there, and what they may do there."""

from __future__ import annotations

from typing import Any

import pytest

from forge_manager.settings.manager import parse_settings
from tests.chart.hub_values import POOL_ID, clustered, hubbed
from tests.chart.rendering import Object, Rendered, environment, mounts, render
from tests.chart.samples import Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

LEASE = f"cardano-forge-mainnet-{POOL_ID}"
ACCESS = "test-cardano-node-hub-eu-west"
MANAGER = "cardano-forge-manager"
OWN_ACCOUNT = {"kind": "ServiceAccount", "name": "test-cardano-node", "namespace": "pool"}


def told(values: Values) -> dict[str, str]:
    """What the managers are told of the hub."""
    env = environment(render(values).container(MANAGER))
    return {name: value for name, value in env.items() if name.startswith("HUB_")}


def for_hub(rendered: Rendered) -> dict[str, Object]:
    """By kind, the objects that the hub must have."""
    return {o["kind"]: o for o in rendered.objects if o["metadata"]["name"] == ACCESS}


@pytest.mark.parametrize("values", [producer(), clustered()])
def test_without_a_hub_the_managers_hear_of_none(values: Values) -> None:
    assert told(values) == {}
    assert not [o for o in render(values).objects if "-hub-" in o["metadata"]["name"]]


def test_the_managers_are_told_where_the_clusters_meet() -> None:
    assert told(hubbed()) == {
        "HUB_ENABLED": "true",
        "HUB_KUBECONFIG": "/hub/kubeconfig",
        "HUB_NAMESPACE": "pool",
        "HUB_LEASE_NAME": LEASE,
        "HUB_LEASE_DURATION": "15",
        "HUB_TAKEOVER_SECONDS": "10",
        "HUB_HAND_BACK_SECONDS": "60",
        "HUB_GO_ON_ALONE": "false",
    }


def test_names_and_times_are_the_users() -> None:
    own = {"namespace": "hub", "leaseName": "mine", "leaseDuration": 30, "goOnAlone": True}
    times = {"renewDeadlineSeconds": 19, "retryPeriodSeconds": 3}
    waits = {"takeoverSeconds": 1, "handBackSeconds": 2}
    assert told(hubbed(**own, **times, **waits)) == {
        "HUB_ENABLED": "true",
        "HUB_KUBECONFIG": "/hub/kubeconfig",
        "HUB_NAMESPACE": "hub",
        "HUB_LEASE_NAME": "mine",
        "HUB_LEASE_DURATION": "30",
        "HUB_RENEW_DEADLINE": "19",
        "HUB_RETRY_PERIOD": "3",
        "HUB_TAKEOVER_SECONDS": "1",
        "HUB_HAND_BACK_SECONDS": "2",
        "HUB_GO_ON_ALONE": "true",
    }


@pytest.mark.parametrize("hub", [{}, {"kubeconfigSecret": "", "leaseDuration": 5}])
def test_the_sidecar_takes_what_it_is_told(hub: dict[str, Any]) -> None:
    values = hubbed(handBackSeconds=61, **hub)
    settings = parse_settings(environment(render(values).container(MANAGER)))
    assert settings.cluster.enabled
    assert settings.cluster.identifier == "eu-west"
    assert settings.cluster.resource == "mainnet-pool1qqqqq-eu-west"
    assert settings.hub.enabled
    assert (settings.hub.kubeconfig is None) is bool(hub)
    assert (settings.hub.lease_name, settings.hub.namespace) == (LEASE, "pool")
    assert settings.hub.hand_back_s == 61


def test_all_clusters_of_a_pool_meet_on_one_lease_whatever_their_releases_are() -> None:
    other = merged(hubbed(), at("forgeManager.clusterManagement.region", "us-east"))
    found = render(other, release="other", namespace="elsewhere")
    assert environment(found.container(MANAGER))["HUB_LEASE_NAME"] == LEASE


def test_the_kubeconfig_is_for_the_manager_alone_and_may_be_late() -> None:
    rendered = render(hubbed(kubeconfigKey="config"))
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == "hub-kubeconfig"]
    assert volume["secret"] == {
        "secretName": "hub-access",
        "defaultMode": 0o440,
        "optional": True,
        "items": [{"key": "config", "path": "kubeconfig"}],
    }
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    for container in everyone:
        mount = mounts(container).get("/hub")
        expected = {"name": "hub-kubeconfig", "mountPath": "/hub", "readOnly": True}
        assert mount == (expected if container["name"] == MANAGER else None)


def test_a_hub_in_this_cluster_needs_no_kubeconfig() -> None:
    here = hubbed(kubeconfigSecret="")
    assert "HUB_KUBECONFIG" not in told(here)
    assert not [v for v in render(here).pod["volumes"] if v["name"] == "hub-kubeconfig"]


def test_the_hub_of_another_cluster_is_given_nothing_by_a_release() -> None:
    assert for_hub(render(hubbed())) == {}


def test_what_the_hub_must_have_is_rendered_on_demand() -> None:
    found = for_hub(render(hubbed(namespace="hub", access={"create": True})))
    assert set(found) == {"ServiceAccount", "Role", "RoleBinding", "Secret"}
    assert {item["metadata"]["namespace"] for item in found.values()} == {"hub"}
    token = found["Secret"]
    assert token["type"] == "kubernetes.io/service-account-token"
    bound = token["metadata"]["annotations"]["kubernetes.io/service-account.name"]
    assert bound == found["ServiceAccount"]["metadata"]["name"] == ACCESS
    assert "data" not in token
    assert found["RoleBinding"]["roleRef"]["name"] == ACCESS
    assert found["RoleBinding"]["subjects"] == [
        {"kind": "ServiceAccount", "name": ACCESS, "namespace": "hub"}
    ]


def test_a_token_of_the_hub_reaches_two_leases_and_no_further() -> None:
    role = for_hub(render(hubbed(access={"create": True})))["Role"]
    lease = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"]}
    assert role["rules"] == [
        {**lease, "verbs": ["create"]},
        {
            **lease,
            "resourceNames": [LEASE, f"{LEASE}-clusters"],
            "verbs": ["get", "list", "watch", "update", "patch"],
        },
    ]


def test_each_cluster_has_an_account_of_its_own_in_the_hub() -> None:
    region = at("forgeManager.clusterManagement.region", "us-east")
    other = render(merged(hubbed(access={"create": True}), region))
    assert "test-cardano-node-hub-us-east" in other.of_kind("ServiceAccount")
    assert for_hub(other) == {}


def test_its_name_is_whole_whatever_release_and_region_are() -> None:
    region = at("forgeManager.clusterManagement.region", "b" * 20)
    found = render(
        merged(hubbed(access={"create": True}), region), release="cardano-node" + "a" * 40
    )
    assert f"cardano-node{'a' * 40}-hub-{'b' * 20}" in found.of_kind("ServiceAccount")


@pytest.mark.parametrize(
    ("own", "granted"),
    [
        ({"rbac": {"create": True}}, True),
        ({"rbac": {"create": False}}, False),
        (
            {
                "rbac": {"create": False},
                "clusterManagement": {"hub": {"access": {"create": True}}},
            },
            True,
        ),
    ],
)
def test_where_the_hub_is_here_the_releases_own_account_is_bound(
    own: dict[str, Any], granted: bool
) -> None:
    values = merged(hubbed(kubeconfigSecret="", namespace="hub"), {"forgeManager": own})
    found = for_hub(render(values))
    assert set(found) == ({"Role", "RoleBinding"} if granted else set())
    if granted:
        assert found["RoleBinding"]["metadata"]["namespace"] == "hub"
        assert found["RoleBinding"]["subjects"] == [OWN_ACCOUNT]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("hub", [{"access": {"create": True}}, {"kubeconfigSecret": ""}])
def test_kubernetes_takes_it(hub: Object, version: str) -> None:
    for item in render(hubbed(**hub), kube_version=f"{version}.0").objects:
        validate(item, version)

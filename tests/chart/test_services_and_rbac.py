"""Services, ServiceAccount, Role and RoleBinding."""

from __future__ import annotations

import pytest

from tests.chart.rendering import render
from tests.chart.samples import at, merged, producer


def test_the_headless_service_is_the_one_the_statefulset_names() -> None:
    rendered = render()
    service = rendered.get("Service", rendered.statefulset["spec"]["serviceName"])
    assert service["spec"]["clusterIP"] == "None"


def test_services_select_the_pods() -> None:
    rendered = render(producer())
    labels = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    labels["cardano.io/forging"] = "true"  # by the manager of the one that forges
    for name, service in rendered.of_kind("Service").items():
        assert service["spec"]["selector"].items() <= labels.items(), name


def test_service_ports_exist_in_the_pod() -> None:
    rendered = render(producer())
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    names = {port["name"] for container in everyone for port in container.get("ports", [])}
    for name, service in rendered.of_kind("Service").items():
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names, name


@pytest.mark.parametrize(("is_producer", "kind"), [(True, "ClusterIP"), (False, "LoadBalancer")])
def test_only_a_relay_is_open_to_the_world(is_producer: bool, kind: str) -> None:
    rendered = render(producer() if is_producer else {})
    assert rendered.get("Service", "test-cardano-node-p2p")["spec"]["type"] == kind


def test_type_port_and_annotations_are_the_users() -> None:
    own = {"type": "NodePort", "port": 6000, "annotations": {"a": "b"}}
    service = render(at("service.p2p", own)).get("Service", "test-cardano-node-p2p")
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"][0]["port"] == 6000
    assert service["metadata"]["annotations"] == {"a": "b"}


def test_the_sidecars_service_can_be_left_out() -> None:
    services = render(producer(forgeManager={"service": {"enabled": False}})).of_kind("Service")
    assert "test-cardano-node-forge-metrics" not in services


def test_permissions_are_by_name_wherever_kubernetes_allows() -> None:
    role = render(producer()).get("Role", "test-cardano-node-forge-manager")
    for rule in role["rules"]:
        assert "*" not in [*rule["verbs"], *rule["resources"], *rule["apiGroups"]]
        if rule["verbs"] != ["create"]:
            own = {"pods": ["test-cardano-node-0"]}.get(rule["resources"][0])
            assert rule["resourceNames"] == (own or ["test-cardano-node-leader"])


def test_every_replica_may_see_its_own_pod() -> None:
    role = render(producer(replicaCount=3)).get("Role", "test-cardano-node-forge-manager")
    (rule,) = [rule for rule in role["rules"] if rule["resources"] == ["pods"]]
    assert rule["resourceNames"] == [f"test-cardano-node-{n}" for n in range(3)]


def test_the_role_is_bound_to_the_pods_account() -> None:
    rendered = render(producer())
    binding = rendered.get("RoleBinding", "test-cardano-node-forge-manager")
    assert rendered.of_kind("Role").keys() == {binding["roleRef"]["name"]}
    (subject,) = binding["subjects"]
    assert subject["name"] == rendered.pod["serviceAccountName"]
    assert subject["name"] in rendered.of_kind("ServiceAccount")


def test_a_relay_gets_no_permissions() -> None:
    rendered = render()
    assert not rendered.of_kind("Role")
    assert not rendered.of_kind("RoleBinding")


def test_permissions_can_be_left_to_the_user() -> None:
    rendered = render(producer(forgeManager={"rbac": {"create": False}}))
    assert not rendered.of_kind("Role")
    assert not rendered.of_kind("RoleBinding")


def test_an_account_of_the_users_is_used_and_not_created() -> None:
    rendered = render(merged(producer(), at("serviceAccount", {"create": False, "name": "mine"})))
    assert rendered.pod["serviceAccountName"] == "mine"
    assert not rendered.of_kind("ServiceAccount")

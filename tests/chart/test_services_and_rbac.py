"""Services, ServiceAccount, Role and RoleBinding."""

from __future__ import annotations

import pytest

from tests.chart.rendering import render
from tests.chart.samples import PARTS, at, merged, producer


def test_the_headless_service_is_the_one_the_statefulset_names() -> None:
    rendered = render()
    service = rendered.get("Service", rendered.statefulset["spec"]["serviceName"])
    assert service["spec"]["clusterIP"] == "None"


def test_services_select_the_pods() -> None:
    rendered = render(producer())
    born_with = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    # By the manager of the one that forges; a rendering is shared by all tests.
    labels = {**born_with, "cardano.io/forging": "true"}
    for name, service in rendered.of_kind("Service").items():
        assert service["spec"]["selector"].items() <= labels.items(), name


def test_service_ports_exist_in_the_pod_under_the_same_name() -> None:
    rendered = render(producer(**PARTS))
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    ports = [port for container in everyone for port in container.get("ports", [])]
    # By number: before 1.32 Kubernetes resolves no name of a native sidecar's port.
    there = {(port["name"], port["containerPort"]) for port in ports}
    assert len(there) == len(ports)
    for name, service in rendered.of_kind("Service").items():
        assert {(p["name"], p["targetPort"]) for p in service["spec"]["ports"]} <= there, name


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


@pytest.mark.parametrize("part", ["metrics", "submitApi", "mithril"])
def test_a_service_without_a_type_takes_the_common_one(part: str) -> None:
    name = {"submitApi": "submit-api"}.get(part, part)
    base = merged(PARTS, at("service.type", "NodePort"))

    def kind(values: dict[str, object]) -> str:
        found: str = render(values).get("Service", f"test-cardano-node-{name}")["spec"]["type"]
        return found

    assert kind(base) == "NodePort"
    assert kind(merged(base, at(f"service.{part}.type", "LoadBalancer"))) == "LoadBalancer"


def test_the_common_type_opens_no_block_producer() -> None:
    service = render(producer(service={"type": "LoadBalancer"})).get(
        "Service", "test-cardano-node-p2p"
    )
    assert service["spec"]["type"] == "ClusterIP"


def test_every_service_has_the_common_annotations_and_fields() -> None:
    common = {"annotations": {"a": "1", "b": "1"}, "spec": {"ipFamilyPolicy": "PreferDualStack"}}
    own = {"p2p": {"annotations": {"b": "2"}, "spec": {"ipFamilyPolicy": "SingleStack"}}}
    services = render(producer(service={**common, **own})).of_kind("Service")
    for name, service in services.items():
        is_p2p = name.endswith("-p2p")
        family = "SingleStack" if is_p2p else "PreferDualStack"
        assert service["spec"]["ipFamilyPolicy"] == family, name
        assert service["metadata"]["annotations"] == {"a": "1", "b": "2" if is_p2p else "1"}


def test_a_load_balancer_is_described_by_the_services_own_fields() -> None:
    spec = {"loadBalancerClass": "x/y", "loadBalancerSourceRanges": ["10.0.0.0/8"]}
    values = at("service.p2p", {"spec": spec, "loadBalancerIP": "1.2.3.4"})
    found = render(values).get("Service", "test-cardano-node-p2p")["spec"]
    assert spec.items() <= found.items()
    assert found["loadBalancerIP"] == "1.2.3.4"
    assert found["ports"][0]["port"] == 3001


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


def test_it_may_do_what_it_does_and_no_more() -> None:
    role = render(producer()).get("Role", "test-cardano-node-forge-manager")
    allowed = [
        (f"{group}/{resource}", verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]
    verbs = {
        "coordination.k8s.io/leases": "create get list watch update",
        "/pods": "get list watch patch",
        "events.k8s.io/events": "create",
        "cardano.io/cardanoleaders": "get list watch patch",
        "cardano.io/cardanoleaders/status": "patch update",
    }
    assert sorted(allowed) == sorted((of, verb) for of in verbs for verb in verbs[of].split())


def test_every_replica_may_see_its_own_pod() -> None:
    role = render(producer(replicaCount=3)).get("Role", "test-cardano-node-forge-manager")
    (rule,) = [rule for rule in role["rules"] if rule["resources"] == ["pods"]]
    assert rule["resourceNames"] == [f"test-cardano-node-{n}" for n in range(3)]


def test_without_replicas_there_is_no_rule_about_pods() -> None:
    """A rule that names no pod would allow it with every pod of the namespace."""
    role = render(producer(replicaCount=0)).get("Role", "test-cardano-node-forge-manager")
    assert not [rule for rule in role["rules"] if "pods" in rule["resources"]]


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

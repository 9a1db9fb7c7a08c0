"""NetworkPolicy: what a usual cluster needs is let through, by the containers' port numbers.

The policy is rendered and validated here; the test cluster's network enforces none.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, render
from tests.chart.samples import PARTS, Values, at, merged, producer

ON = at("networkPolicy.enabled", True)


def policy(values: Values) -> Object:
    spec: Object = render(merged(ON, values)).get("NetworkPolicy", "test-cardano-node")["spec"]
    return spec


def rules(values: Values, side: str) -> list[Object]:
    found: list[Object] = policy(values)[side]
    return found


def ports(rule: Object) -> list[Any]:
    return [port.get("port") for port in rule["ports"]]


def rule_for(values: Values, side: str, port: int) -> Object:
    (found,) = [rule for rule in rules(values, side) if port in ports(rule)]
    return found


def test_there_is_none_by_default() -> None:
    assert not render().of_kind("NetworkPolicy")


def test_it_covers_the_pods_both_ways() -> None:
    rendered = render(ON)
    labels = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    spec = policy({})
    assert spec["podSelector"]["matchLabels"].items() <= labels.items()
    assert spec["policyTypes"] == ["Ingress", "Egress"]


def test_every_port_is_a_number_that_a_container_has() -> None:
    values = producer(**PARTS, cardanoNode={"port": 3999}, service={"p2p": {"port": 3001}})
    pod = render(values).pod
    everyone = [*pod["initContainers"], *pod["containers"]]
    there = {port["containerPort"] for c in everyone for port in c.get("ports", [])}
    asked = {port for rule in rules(values, "ingress") for port in ports(rule)}
    # All that the pod offers but EKG, which listens on its loopback.
    assert asked == there - {12788}


def test_nodes_of_anywhere_may_connect_unless_addresses_or_peers_are_named() -> None:
    assert "from" not in rule_for({}, "ingress", 3001)
    peer = {"podSelector": {"matchLabels": {"role": "relay"}}}
    own = {"p2pFromCIDR": "10.0.0.0/8", "p2pFrom": [peer]}
    rule = rule_for(at("networkPolicy.ingress", own), "ingress", 3001)
    assert rule["from"] == [peer, {"ipBlock": {"cidr": "10.0.0.0/8"}}]


def test_metrics_are_for_the_own_namespace_or_those_named() -> None:
    assert rule_for(producer(), "ingress", 12798)["from"] == [{"podSelector": {}}]
    values = producer(networkPolicy={"ingress": {"metricsFromNamespaces": ["monitoring"]}})
    rule = rule_for(values, "ingress", 12798)
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    ]


def test_without_monitoring_nobody_may_scrape() -> None:
    asked = [ports(rule) for rule in rules(at("monitoring.enabled", False), "ingress")]
    assert asked == [[3001]]


def test_a_relay_without_metrics_has_no_rule_for_them() -> None:
    values = at("cardanoNode.prometheus.enabled", False)
    assert [ports(rule) for rule in rules(values, "ingress")] == [[3001]]


def test_transactions_come_from_anyone_or_those_named() -> None:
    values = at("submitApi.enabled", True)
    assert "from" not in rule_for(values, "ingress", 8090)
    peer: Object = {"namespaceSelector": {}}
    named = merged(values, at("networkPolicy.ingress.submitApiFrom", [peer]))
    assert rule_for(named, "ingress", 8090)["from"] == [peer]
    assert 8090 not in [port for rule in rules({}, "ingress") for port in ports(rule)]


@pytest.mark.parametrize(
    "values",
    [
        {},
        at("networkPolicy.ingress.metricsFromNamespaces", ["monitoring"]),
        at("monitoring.enabled", False),
    ],
    ids=["own namespace", "another namespace", "no monitoring"],
)
def test_the_pod_of_helm_test_reaches_the_managers_and_nothing_else(values: Values) -> None:
    rendered = render(merged(producer(), merged(ON, values)))
    labels = rendered.get("Pod", "test-cardano-node-test")["metadata"]["labels"]
    everyone: Object = {"podSelector": {}}
    let_in = [
        rule
        for rule in rendered.get("NetworkPolicy", "test-cardano-node")["spec"]["ingress"]
        for peer in rule.get("from", ())
        if peer != everyone
        and "podSelector" in peer
        and peer["podSelector"]["matchLabels"].items() <= labels.items()
    ]
    assert [ports(rule) for rule in let_in] == [[8000]]
    pods = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    ((peer,),) = (rule["from"] for rule in let_in)
    assert not peer["podSelector"]["matchLabels"].items() <= pods.items()


def test_a_relay_which_has_no_such_pod_lets_none_in() -> None:
    selectors = [peer for rule in rules({}, "ingress") for peer in rule.get("from", ())]
    assert selectors == [{"podSelector": {}}]


def test_names_can_be_looked_up() -> None:
    rule = rule_for({}, "egress", 53)
    # OpenShift's DNS pods listen on 5353.
    assert [(port["protocol"], port["port"]) for port in rule["ports"]] == [
        ("UDP", 53),
        ("TCP", 53),
        ("UDP", 5353),
        ("TCP", 5353),
    ]
    assert "to" not in rule


def test_names_are_looked_up_where_the_user_says() -> None:
    values = at("networkPolicy.egress.dnsPorts", [1053])
    assert ports(rule_for(values, "egress", 1053)) == [1053, 1053]
    assert 53 not in [port for rule in rules(values, "egress") for port in ports(rule)]


def test_peers_are_reached_on_any_port() -> None:
    assert {"ports": [{"protocol": "TCP"}]} in rules({}, "egress")
    peer: Object = {"podSelector": {}}
    own = {"p2pToCIDR": "10.0.0.0/8", "p2pTo": [peer]}
    rule = {
        "to": [peer, {"ipBlock": {"cidr": "10.0.0.0/8"}}],
        "ports": [{"protocol": "TCP"}],
    }
    assert rule in rules(at("networkPolicy.egress", own), "egress")


def test_https_goes_anywhere_or_where_the_user_says() -> None:
    values = at("networkPolicy.egress.httpsToCIDR", "1.2.3.0/24")
    assert rule_for(values, "egress", 443)["to"] == [{"ipBlock": {"cidr": "1.2.3.0/24"}}]


def test_the_manager_reaches_the_api_server_by_its_address() -> None:
    assert ports(rule_for(producer(), "egress", 6443)) == [443, 6443]
    own: Object = {"cidrs": ["10.96.0.1/32", "172.18.0.2/32"], "ports": [8443]}
    rule = rule_for(producer(networkPolicy={"egress": {"apiServer": own}}), "egress", 8443)
    assert rule["to"] == [{"ipBlock": {"cidr": cidr}} for cidr in own["cidrs"]]


@pytest.mark.parametrize("values", [{}, producer(forgeManager={"nodeControl": "none"})])
def test_who_elects_nobody_needs_no_api_server(values: Values) -> None:
    assert 6443 not in [port for rule in rules(values, "egress") for port in ports(rule)]


def test_rules_of_the_users_are_added() -> None:
    rule = {"ports": [{"protocol": "TCP", "port": 7}]}
    for side in ("ingress", "egress"):
        assert rule in rules(at(f"networkPolicy.{side}.customRules", [rule]), side)
    peer = {"podSelector": {"matchLabels": {"app": "health"}}}
    found = rules(at("networkPolicy.egress.healthCheckTo", [peer]), "egress")
    assert {"to": [peer], "ports": [{"protocol": "TCP"}]} in found

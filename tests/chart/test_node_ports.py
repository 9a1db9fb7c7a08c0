"""Labels of the Services, and their ports on the machines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, assert_refused, render
from tests.chart.samples import PARTS, Values, at, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate

EVERYTHING = producer(**PARTS)
#: By the value's path: the Service's name after {fullname}-, and its port's.
SERVICES = {
    "service.p2p": ("p2p", "p2p"),
    "service.metrics": ("metrics", "metrics"),
    "service.submitApi": ("submit-api", "submit-api"),
    "service.mithril": ("mithril", "mithril"),
    "forgeManager.service": ("forge-metrics", "forge-metrics"),
}
LABELLED = {**SERVICES, "forgeManager.forgingService": ("forging", "p2p")}

# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "a port on the machines of a ClusterIP": (
        producer(**at("service.p2p.nodePort", 30001)),
        "service.p2p.nodePort",
        "Set service.p2p.type to NodePort or LoadBalancer",
    ),
    "a ClusterIP by the common type": (
        at("service.metrics.nodePort", 30001),
        "service.metrics.nodePort",
        "leave nodePort null",
    ),
    "a ClusterIP by its spec": (
        at("service.p2p", {"type": "NodePort", "nodePort": 30001, "spec": {"type": "ClusterIP"}}),
        "service.p2p.nodePort",
        "leave nodePort null",
    ),
    "the manager's": (
        producer(**at("forgeManager.service.nodePort", 30001)),
        "forgeManager.service.nodePort",
        "leave nodePort null",
    ),
    "another in the spec, by number": (
        at("service.p2p", {"nodePort": 30001, "spec": {"ports": [{"port": 3001, "nodePort": 9}]}}),
        "service.p2p.nodePort",
        "has 9 for the same port. Remove one",
    ),
    "another in the spec, by name": (
        at(
            "service.p2p",
            {"nodePort": 30001, "spec": {"ports": [{"name": "p2p", "port": 1, "nodePort": 9}]}},
        ),
        "service.p2p.nodePort",
        "has 9 for the same port. Remove one",
    ),
    "one port of two Services": (
        merged(
            at("service.p2p.nodePort", 30001),
            at("service.metrics", {"type": "NodePort", "nodePort": 30001}),
        ),
        "service.metrics.nodePort",
        "is also service.p2p.nodePort",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


def service(values: Values, path: str) -> Object:
    return render(values).get("Service", f"test-cardano-node-{LABELLED[path][0]}")


def node_ports(values: Values, path: str) -> dict[str, Any]:
    return {port["name"]: port.get("nodePort") for port in service(values, path)["spec"]["ports"]}


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
@pytest.mark.parametrize("path", SERVICES)
def test_the_port_on_the_machines_is_of_the_port_that_the_values_name(path: str, kind: str) -> None:
    values = merged(EVERYTHING, at(path, {"type": kind, "nodePort": 30123, "port": 7}))
    found = node_ports(values, path)
    assert found.pop(SERVICES[path][1]) == 30123
    assert not any(found.values())  # of submit-api's other port
    for version in VERSIONS:
        validate(service(values, path), version)


def test_a_services_spec_may_say_the_same_and_others_for_further_ports() -> None:
    ports = [{"port": 3001, "nodePort": 30001}, {"name": "own", "port": 9, "nodePort": 30009}]
    values = at("service.p2p", {"nodePort": 30001, "spec": {"ports": ports}})
    assert node_ports(values, "service.p2p") == {"p2p": 30001, "own": 30009}


def test_a_service_that_is_left_out_is_not_looked_at() -> None:
    for path in ("service.submitApi", "service.mithril", "forgeManager.service"):
        render(at(path, {"nodePort": 30001}))
    off = {"prometheus": {"enabled": False}}
    render(merged(at("cardanoNode", off), at("service.metrics.nodePort", 30001)))


@pytest.mark.parametrize("path", LABELLED)
def test_labels_of_the_users_are_the_services_and_the_charts_own_win(path: str) -> None:
    own = {
        "team": "pools",
        "app.kubernetes.io/name": "mine",
        "app.kubernetes.io/component-type": "",
    }
    with_own = service(merged(EVERYTHING, at(f"{path}.labels", own)), path)
    without = service(EVERYTHING, path)
    labels = without["metadata"]["labels"]
    assert with_own["metadata"]["labels"] == {**labels, "team": "pools"}
    assert with_own["spec"] == without["spec"]
    for name, other in (
        render(merged(EVERYTHING, at(f"{path}.labels", own))).of_kind("Service").items()
    ):
        if name != with_own["metadata"]["name"]:
            assert "team" not in other["metadata"]["labels"], name

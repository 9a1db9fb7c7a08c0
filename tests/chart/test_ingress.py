"""Ingress: to submit-api, or to another of the chart's Services."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import Object, RefusedError, render
from tests.chart.samples import SIGNER, Values, at, merged, producer

ON = merged(at("submitApi.enabled", True), at("ingress.enabled", True))
NAME = "test-cardano-node"


def ingress(values: Values) -> Object:
    return render(values).get("Ingress", NAME)


def test_there_is_none_by_default() -> None:
    assert not render(at("submitApi.enabled", True)).of_kind("Ingress")


def test_the_default_host_leads_to_submit_api() -> None:
    rendered = render(ON)
    spec = rendered.get("Ingress", NAME)["spec"]
    (rule,) = spec["rules"]
    assert rule["host"] == "cardano-submit-api.local"
    (path,) = rule["http"]["paths"]
    backend = path["backend"]["service"]
    service = rendered.get("Service", backend["name"])
    assert backend["port"]["name"] in [port["name"] for port in service["spec"]["ports"]]
    assert (path["path"], path["pathType"]) == ("/", "Prefix")
    assert not {"ingressClassName", "tls"} & set(spec)


def test_class_annotations_and_certificates_are_the_users() -> None:
    tls = [{"secretName": "cert", "hosts": ["a.example"]}]
    own = {"className": "nginx", "annotations": {"a": "b"}, "tls": tls}
    found = ingress(merged(ON, at("ingress", own)))
    assert found["spec"]["ingressClassName"] == "nginx"
    assert found["spec"]["tls"] == tls
    assert found["metadata"]["annotations"] == {"a": "b"}


def hosts(path: dict[str, Any]) -> Values:
    return at("ingress.hosts", [{"host": "a.example", "paths": [{"path": "/x", **path}]}])


@pytest.mark.parametrize("service", ["metrics", "forge-metrics", "mithril", "submit-api"])
def test_a_path_may_lead_to_another_service_by_the_name_of_its_port(service: str) -> None:
    parts = merged(ON, SIGNER)
    rendered = render(producer(**merged(parts, hosts({"service": service}))))
    (rule,) = rendered.get("Ingress", NAME)["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    ports = rendered.get("Service", backend["name"])["spec"]["ports"]
    assert backend["port"]["name"] in [port["name"] for port in ports]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (at("ingress.enabled", True), r"Service submit-api.*Set submitApi\.enabled=true"),
        (merged(ON, hosts({"service": "mithril"})), "a.example/x leads to the Service mithril"),
        (merged(ON, hosts({"service": "forge-metrics"})), "Service forge-metrics"),
    ],
    ids=["submit-api", "mithril", "forge-metrics"],
)
def test_a_path_to_a_service_that_is_left_out_is_refused(values: Values, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        render(values)

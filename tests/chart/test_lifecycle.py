"""docs/lifecycle.md: tests that exist, values that render, and what GitOps tools rely on."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.chart.rendering import ROOT, environment, render
from tests.chart.samples import Values, defaults, merged, producer

DOCUMENT = (ROOT / "docs" / "lifecycle.md").read_text()
#: Everything that is indented as code, by the section that it is in.
SECTIONS = {
    title: re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.MULTILINE)
    for title, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", DOCUMENT, re.MULTILINE)
}
#: Dotted names in code, but for files and fields of Flux' HelmRelease.
VALUES = re.findall(
    r"`((?!install\.|upgrade\.|test\.)[a-z]\w+(?:\.[A-Za-z]\w+)+)(?<!\.md)(?::[^`]*)?`", DOCUMENT
)
PARTS = producer(submitApi={"enabled": True}, monitoring={"serviceMonitor": {"enabled": True}})


def values_in(section: str, key: str) -> list[Values]:
    """The examples of values in a section that begin with this key, whatever their indentation."""
    found = []
    for block in SECTIONS[section]:
        for part in re.split(r"\n\s*\n", block):
            text = "\n".join(line for line in part.splitlines() if not line.strip().startswith("#"))
            if text.strip().startswith(f"{key}:"):
                found.append(yaml.safe_load(text))
    assert found, f"no values with {key} in {section}"
    return found


@pytest.mark.parametrize("named", re.findall(r"`(tests/[^`]+)`", DOCUMENT))
def test_a_test_that_it_names_exists(named: str) -> None:
    path, _, test = named.partition("::")
    assert f"\ndef {test}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("path", sorted(set(VALUES)))
def test_a_value_that_it_names_exists(path: str) -> None:
    found = defaults()
    for key in path.split("."):
        assert key in found, path
        found = found[key]


def test_the_values_for_ipv6_reach_every_object() -> None:
    (own,) = values_in("IPv6", "cardanoNode")
    rendered = render(merged(PARTS, own))
    node = environment(rendered.container("cardano-node"))
    assert node["CARDANO_BIND_ADDR"] == "::"
    backends = rendered.node_config()["TraceOptions"][""]["backends"]
    assert "PrometheusSimple suffix :: 12798" in backends
    services = rendered.of_kind("Service").values()
    assert {service["spec"]["ipFamilyPolicy"] for service in services} == {"PreferDualStack"}


def test_the_values_for_a_restored_claim_are_its_data_source() -> None:
    (own,) = values_in("Ledger from a snapshot", "persistence")
    (claim,) = render(own).statefulset["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["dataSource"]["kind"] == "VolumeSnapshot"


def test_the_values_that_leave_a_mesh_out_are_on_the_pod() -> None:
    (own,) = values_in("Service mesh", "podLabels")
    metadata = render(producer(**own)).statefulset["spec"]["template"]["metadata"]
    assert metadata["labels"]["sidecar.istio.io/inject"] == "false"
    assert metadata["annotations"]["linkerd.io/inject"] == "disabled"


def test_a_mesh_leaves_out_every_port_of_the_pod() -> None:
    (own,) = values_in("Service mesh", "podAnnotations")
    excluded = own["podAnnotations"]["traffic.sidecar.istio.io/excludeInboundPorts"].split(",")
    pod = render(producer()).pod
    everyone = [*pod["initContainers"], *pod["containers"]]
    ports = {port["containerPort"] for c in everyone for port in c.get("ports", [])}
    assert {int(port) for port in excluded} == ports


def test_no_object_is_rendered_with_what_people_and_managers_write() -> None:
    for item in render(merged(PARTS, {"replicaCount": 3})).objects:
        metadata = item["metadata"]
        for written in (metadata.get("annotations", {}), metadata["labels"]):
            assert not [key for key in written if key.startswith("cardano.io/")], metadata["name"]
        assert item["kind"] != "Lease"


def test_the_only_hook_is_the_pod_of_helm_test() -> None:
    hooks = {
        (item["kind"], item["metadata"]["annotations"]["helm.sh/hook"])
        for item in render(PARTS).objects
        if "helm.sh/hook" in item["metadata"].get("annotations", {})
    }
    assert hooks == {("Pod", "test")}

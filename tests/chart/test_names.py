"""Names however long: those of the earlier chart stay, and two releases never share one."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from tests.chart.hub_values import hubbed, managed
from tests.chart.rendering import RefusedError, Rendered, environment, render
from tests.chart.samples import SIGNER, Values, at, merged, producer

ON: Values = {"enabled": True}
SUBMIT: Values = {"submitApi": ON, "ingress": ON}
# What Kubernetes takes as a name, by kind; a StatefulSet's pods have a label of it and 11 more.
_LIMITS = {"Service": 63, "StatefulSet": 52}
LABEL_LIMIT = 63
DNS_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
# Of the earlier chart: its StatefulSet could start pods under names of up to 52 characters.
EARLIER_LENGTHS = range(44, 53)
LONG: dict[str, Values] = {
    "relay": SUBMIT,
    "producer": producer(
        **SUBMIT,
        **SIGNER,
        cardanoNode={"network": "preprod"},
        secrets={"create": True, "data": dict.fromkeys(("kesKey", "vrfKey", "opCert"), "YQ==")},
        monitoring={"serviceMonitor": ON, "prometheusRule": ON, "grafanaDashboard": ON},
    ),
    "one of several clusters": hubbed(access={"create": True}),
    "a long name of the chart": {"nameOverride": "b" * 63},
}
RELEASES = ["a" * 53, "a" * 52, "a" * 51 + "b", "a" * 43 + "-" + "b" * 9, "a" * 44, "a" * 43 + "b"]


def name_limit(kind: str) -> int:
    """The most characters of a name of this kind."""
    return _LIMITS.get(kind, 253)


def named(rendered: Rendered) -> set[tuple[str, str]]:
    """Every object by kind and name."""
    return {(item["kind"], item["metadata"]["name"]) for item in rendered.objects}


@pytest.mark.parametrize("length", EARLIER_LENGTHS)
@pytest.mark.parametrize("by", ["release", "fullnameOverride"])
def test_a_release_of_the_earlier_chart_keeps_its_names(by: str, length: int) -> None:
    name = f"cardano-node-{'a' * length}"[:length]
    values = producer(**SUBMIT, **({} if by == "release" else {"fullnameOverride": name}))
    rendered = render(values, release=name if by == "release" else "other")
    assert {
        ("StatefulSet", name),
        ("Service", name),
        ("ServiceAccount", name),
        ("Role", f"{name}-forge-manager"),
        ("ConfigMap", f"{name}-config"),
        ("CardanoLeader", f"{name}-leader"),
        ("Service", f"{name}-p2p"),
        ("Service", f"{name}-metrics"),
    } <= named(rendered)
    env = environment(rendered.container("cardano-forge-manager"))
    assert env["LEASE_NAME"] == f"{name}-leader"
    secrets = [volume.get("secret", {}).get("secretName") for volume in rendered.pod["volumes"]]
    assert f"{name}-forging-keys" in secrets


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("case", LONG)
def test_every_name_is_one_that_kubernetes_takes(case: str, release: str) -> None:
    rendered = render(LONG[case], release=release)
    for kind, name in named(rendered):
        assert len(name) <= name_limit(kind), kind
        assert kind != "Service" or DNS_LABEL.fullmatch(name), name
    for item in rendered.objects:
        for value in item["metadata"]["labels"].values():
            assert len(value) <= LABEL_LIMIT, item["kind"]


@pytest.mark.parametrize("case", LONG)
def test_two_long_releases_of_a_namespace_share_nothing(case: str) -> None:
    each = [named(render(LONG[case], release=release)) for release in RELEASES]
    # One of several clusters meets the others of its pool on purpose.
    for one, another in combinations(each, 2):
        shared = {kind for kind, _ in one & another}
        assert shared <= ({"CardanoLeader", "CardanoForgeCluster"} if "clusters" in case else set())


@pytest.mark.parametrize("release", RELEASES)
def test_lease_and_leader_are_never_shortened(release: str) -> None:
    rendered = render(producer(nameOverride="b" * 63), release=release)
    whole = f"{release}-{'b' * 63}-leader"
    env = environment(rendered.container("cardano-forge-manager"))
    assert env["LEASE_NAME"] == whole
    assert [*rendered.of_kind("CardanoLeader")] == [whole]


def test_a_lease_of_the_users_is_as_long_as_they_say() -> None:
    name = "l" * 253
    values = managed(legacy={"lease": {"name": name}, "crd": {"cardanoLeader": {"name": name}}})
    rendered = render(values)
    assert environment(rendered.container("cardano-forge-manager"))["LEASE_NAME"] == name
    assert [*rendered.of_kind("CardanoLeader")] == [name]


def test_a_name_that_no_statefulset_can_have_is_refused() -> None:
    with pytest.raises(RefusedError, match="fullnameOverride"):
        render(at("fullnameOverride", "a" * 53))


def test_the_managers_are_known_by_the_names_that_the_pods_have() -> None:
    rendered = render(merged(producer(replicaCount=2), at("nameOverride", "b" * 63)))
    (name,) = rendered.of_kind("StatefulSet")
    role = rendered.get("Role", f"{name}-forge-manager")
    (pods,) = [rule["resourceNames"] for rule in role["rules"] if rule["resources"] == ["pods"]]
    assert pods == [f"{name}-0", f"{name}-1"]

"""Proxy, authorities and environment of the user's, and where none of them may reach."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forge_manager.base.env import SettingsError
from forge_manager.commands.prepare.settings import parse_prepare_settings
from forge_manager.kube.connection import KUBECONFIG
from forge_manager.settings.manager import parse_settings
from tests.chart.rendering import (
    CHART,
    Object,
    RefusedError,
    Rendered,
    assert_refused,
    environment,
    mounts,
    refused,
    render,
)
from tests.chart.samples import PARTS, Values, at, merged, producer
from tests.chart.strategies import BASES
from tests.chart.test_valid_objects import VERSIONS, validate

EVERYONE = producer(**PARTS)
OUTWARD = {"init-cardano-setup", "cardano-node", "cardano-forge-manager", "mithril-signer"}
SIDECARS = ("init-cardano-setup", "forge-guard", "cardano-forge-manager", "probe")
PROXY = at("proxy", {"http": "http://proxy:3128", "https": "http://proxy:3129"})
BUNDLE = at("caBundle.configMap", "mine")
DIRECT = "127.0.0.1,::1,localhost,.svc,.cluster.local,$(KUBERNETES_SERVICE_HOST)"
OWN: list[Object] = [
    {"name": "OWN", "value": "1"},
    {"name": "HTTPS_PROXY", "valueFrom": {"secretKeyRef": {"name": "proxy", "key": "url"}}},
]


def with_variable(name: str) -> Values:
    return at("forgeManager.extraEnvVars", [{"name": name, "value": "a"}])


# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "another Lease": (
        producer(**with_variable("LEASE_NAME")),
        "forgeManager.extraEnvVars",
        "Remove",
    ),
    "another API server": (
        producer(**with_variable("KUBERNETES_SERVICE_HOST")),
        "forgeManager.extraEnvVars",
        "could make two nodes forge. Remove it.",
    ),
    "a node that forges from its start, by a relay's setup": (
        with_variable("START_AS_NON_PRODUCING"),
        "forgeManager.extraEnvVars",
        "Remove it.",
    ),
    "a name twice": (
        at("forgeManager.extraEnvVars", [{"name": "A", "value": "b"}, {"name": "A", "value": "c"}]),
        "forgeManager.extraEnvVars",
        "Remove one of the two.",
    ),
    "a ledger where the authorities are": (
        merged(BUNDLE, at("cardanoNode.dataDir", "/ca-bundle")),
        "cardanoNode.dataDir",
        "Use another directory",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


def containers(rendered: Rendered) -> dict[str, Object]:
    """Those of the pods, and of the pod of helm test."""
    found = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    for pod in rendered.of_kind("Pod").values():
        found += pod["spec"]["containers"]
    return {container["name"]: container for container in found}


def variables(values: Values) -> dict[str, dict[str, str]]:
    """By container, its literal environment."""
    rendered = render(values)
    for item in rendered.objects:
        for version in VERSIONS:
            validate(item, version)
    found = containers(rendered)
    return {name: environment(c) if "env" in c else {} for name, c in found.items()}


def test_by_default_nothing_is_said_of_proxies_and_authorities() -> None:
    for name, found in variables(EVERYONE).items():
        assert not [key for key in found if "proxy" in key.lower() or "SSL" in key], name
    assert "ca-bundle" not in json.dumps(render(EVERYONE).objects)


def test_what_goes_out_is_told_of_the_proxy_and_nobody_else() -> None:
    expected = {
        "HTTP_PROXY": "http://proxy:3128",
        "HTTPS_PROXY": "http://proxy:3129",
        "NO_PROXY": DIRECT,
    }
    expected |= {name.lower(): value for name, value in expected.items()}
    for name, found in variables(merged(EVERYONE, PROXY)).items():
        told = {key: value for key, value in found.items() if "proxy" in key.lower()}
        assert told == (expected if name in OUTWARD else {}), name


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_of_the_two_is_enough_and_exceptions_are_added(scheme: str) -> None:
    own = {scheme: "http://proxy:3128", "noProxy": "10.0.0.0/8,.mine"}
    found = variables(at("proxy", own))["init-cardano-setup"]
    names = {key for key in found if "proxy" in key.lower()}
    assert names == {f"{scheme}_proxy", f"{scheme}_proxy".upper(), "no_proxy", "NO_PROXY"}
    assert found["NO_PROXY"] == f"{DIRECT},10.0.0.0/8,.mine"


def test_exceptions_from_no_proxy_are_none() -> None:
    assert render(at("proxy.noProxy", ".mine")).objects == render().objects


def test_an_entry_of_the_users_replaces_that_of_the_proxy() -> None:
    own = [{"name": "HTTPS_PROXY", "value": "http://other:1"}]
    values = merged(
        merged(EVERYONE, PROXY),
        {
            "extraEnvVars": own,
            "forgeManager": {"extraEnvVars": own},
            "mithrilSigner": {"extraEnvVars": own},
        },
    )
    for name in OUTWARD:
        assert variables(values)[name]["HTTPS_PROXY"] == "http://other:1"


@pytest.mark.parametrize(
    ("proxy", "ports"),
    [
        ({}, [443]),
        ({"https": "http://proxy:3128"}, [443, 3128]),
        ({"http": "http://[fd00::1]", "https": "http://user:pass@proxy:3128/"}, [443, 80, 3128]),
        ({"http": "http://proxy:443"}, [443]),
    ],
    ids=str,
)
def test_the_policy_lets_the_pods_to_the_proxy(proxy: Values, ports: list[int]) -> None:
    values = merged({"networkPolicy": {"enabled": True}}, at("proxy", proxy))
    egress = render(values).get("NetworkPolicy", "test-cardano-node")["spec"]["egress"]
    (found,) = [rule for rule in egress if {"port": 443, "protocol": "TCP"} in rule["ports"]]
    assert [port["port"] for port in found["ports"]] == ports


@pytest.mark.parametrize(
    "url",
    ["proxy:3128", "https://proxy:3128", "http://a b", "http://proxy:0", "http://proxy:70000"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_no_program_takes_for_a_proxy_is_refused(scheme: str, url: str) -> None:
    with pytest.raises(RefusedError, match=f"/proxy/{scheme}"):
        render(at(f"proxy.{scheme}", url))


def test_who_goes_out_trusts_the_authorities_of_the_bundle() -> None:
    values = merged(EVERYONE, merged(BUNDLE, at("caBundle.key", "ours.pem")))
    rendered = render(values)
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == "ca-bundle"]
    # A pod whose ConfigMap is missing starts: its node may need no authority at all.
    assert volume["configMap"] == {
        "name": "mine",
        "optional": True,
        "items": [{"key": "ours.pem", "path": "ca.crt"}],
    }
    for name, found in variables(values).items():
        told = found.get("SSL_CERT_FILE")
        assert told == ("/ca-bundle/ca.crt" if name in OUTWARD else None), name
        if name != "probe":
            mount = mounts(containers(rendered)[name]).get("/ca-bundle")
            read_only = {"name": "ca-bundle", "mountPath": "/ca-bundle", "readOnly": True}
            assert mount == (read_only if name in OUTWARD else None), name


def test_a_mount_or_a_volume_over_the_bundle_is_refused() -> None:
    own = [{"name": "cardano-config", "mountPath": "/ca-bundle"}]
    for path in ("extraVolumeMounts", "forgeManager.extraVolumeMounts"):
        assert_refused(merged(producer(**BUNDLE), at(path, own)), path, "mounted twice")
    volume = at("extraVolumes", [{"name": "ca-bundle", "emptyDir": {}}])
    assert_refused(merged(BUNDLE, volume), "extraVolumes", "Give yours another name")


def test_environment_of_the_users_is_that_of_every_container_of_the_sidecars_image() -> None:
    rendered = render(merged(EVERYONE, at("forgeManager.extraEnvVars", OWN)))
    image = rendered.container("forge-guard")["image"]
    found = containers(rendered)
    assert {n for n, c in found.items() if c["image"] == image} == {*SIDECARS}
    for name, container in found.items():
        added = [entry for entry in container.get("env", []) if entry in OWN]
        assert added == (OWN if name in SIDECARS else []), name


def test_a_relays_setup_has_it_as_well() -> None:
    setup = render(at("forgeManager.extraEnvVars", OWN)).container("init-cardano-setup")
    assert setup["env"][-2:] == OWN


class Asked(dict[str, str]):
    """An environment that keeps the names it was asked for."""

    names: set[str]

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.names = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


def read() -> set[str]:
    """What the programs of the image ask their environment for."""
    found: set[str] = set()
    clustered = {"ENABLE_CLUSTER_MANAGEMENT": "true", "HUB_ENABLED": "true"}
    for given in ({}, {"CARDANO_NETWORK": "custom"}, {"PROVIDE_KEYS": "true"}, clustered):
        for parse in (parse_settings, parse_prepare_settings):
            asked = Asked(**given)
            try:
                parse(asked)
            except SettingsError as error:
                assert error.problems
            found |= asked.names
    return found


def test_the_names_that_are_refused_are_those_that_the_sidecar_reads_and_the_chart_sets() -> None:
    chart = {
        entry["name"]
        for base in [*BASES, {"cardanoNode": {"blockProducer": True}}]
        for name, container in containers(render(base)).items()
        if name in SIDECARS
        for entry in container.get("env", [])
    }
    own = json.loads((CHART / "files" / "sidecar-variables.json").read_text())
    assert own == sorted(read() | chart | {KUBECONFIG})


@pytest.mark.parametrize(
    "name", json.loads((CHART / "files" / "sidecar-variables.json").read_text())
)
def test_each_of_them_is_refused(name: str) -> None:
    (problem,) = refused(with_variable(name))
    assert problem.startswith(f"forgeManager.extraEnvVars: the chart sets {name} ")

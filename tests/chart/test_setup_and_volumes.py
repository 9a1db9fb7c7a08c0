"""The setup container, and where the pod's files live."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chart.rendering import CHART, environment, mounts, render, warnings
from tests.chart.samples import PARTS, at, custom_network, merged, producer

NETWORKS = json.loads((CHART / "files" / "networks.json").read_text())
METRICS = {"TraceOptions": {"": {"backends": ["PrometheusSimple 12798"]}}}


def volumes(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {volume["name"]: volume for volume in render(values).pod["volumes"]}


def test_the_setup_is_told_where_everything_is() -> None:
    env = environment(render(producer()).container("init-cardano-setup"))
    urls = {name: value for name, value in env.items() if name.startswith("GENESIS_URL_")}
    assert set(urls) == {f"GENESIS_URL_{e}" for e in ("BYRON", "SHELLEY", "ALONZO", "CONWAY")}
    assert all("mainnet" in url for url in urls.values())
    assert {name: value for name, value in env.items() if name not in urls} == {
        "CONFIG_SOURCE_DIR": "/cardano-config-src",
        "CONFIG_TARGET_DIR": "/opt/cardano/config",
        "DATA_DIR": "/data",
        "NODE_SOCKET": "/ipc/node.socket",
        "GENESIS_CACHE_DIR": "/data/genesis-cache",
        "RESTORE_SNAPSHOT": "true",
        "CHECKPOINTS_URL": NETWORKS["mainnet"]["checkpoints"]["url"],
        "START_AS_NON_PRODUCING": "true",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "text",
    }


@pytest.mark.parametrize(
    "values",
    [
        at("cardanoNode.mithril.enabled", False),
        at("cardanoNode.mithril.restoreSnapshot", False),
        at("sleepMode", True),
    ],
    ids=["no Mithril", "no restore", "work on the ledger by hand"],
)
def test_the_setup_removes_no_half_restored_ledger_where_nothing_is_restored(
    values: dict[str, Any],
) -> None:
    assert "RESTORE_SNAPSHOT" not in environment(render(values).container("init-cardano-setup"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, False),
        (producer(), True),
        # An election starts every node so, whatever the value says.
        (producer(cardanoNode={"startAsNonProducing": False}), True),
        # What the user brings has no such key; the setup writes it there.
        (producer(cardanoNode={"configMap": "mine"}), True),
        (producer(forgeManager={"nodeControl": "none"}), False),
        (at("cardanoNode.blockProducer", True), False),
        (at("cardanoNode", {"blockProducer": True, "startAsNonProducing": True}), True),
        (at("cardanoNode.startAsNonProducing", True), False),  # a relay has no keys
    ],
)
def test_a_node_that_starts_non_producing_is_told_so_in_every_way(
    values: dict[str, Any], said: bool
) -> None:
    rendered = render(values)
    setup = environment(rendered.container("init-cardano-setup"))
    assert setup.get("START_AS_NON_PRODUCING") == ("true" if said else None)
    node = environment(rendered.container("cardano-node"))
    assert (node.get("START_AS_NON_PRODUCING") == "true") is said
    if rendered.of_kind("ConfigMap"):
        assert rendered.node_config().get("StartAsNonProducingNode") is (True if said else None)


@pytest.mark.parametrize(
    "node",
    [
        {"configFile": json.dumps({"StartAsNonProducingNode": False, **METRICS})},
        {"config": {"overrides": {"StartAsNonProducingNode": False}}},
    ],
)
def test_no_configuration_of_the_users_makes_a_node_of_an_election_start_producing(
    node: dict[str, Any],
) -> None:
    values = producer(cardanoNode=node)
    assert render(values).node_config()["StartAsNonProducingNode"] is True
    (said,) = warnings(values).values()
    assert "StartAsNonProducingNode is ignored" in said


def test_checkpoints_come_from_the_network_that_has_them_or_from_a_mirror() -> None:
    def told(values: dict[str, Any]) -> str | None:
        setup = render(values).container("init-cardano-setup")
        return environment(setup).get("CHECKPOINTS_URL")

    assert told(at("cardanoNode.network", "preview")) == NETWORKS["preview"]["checkpoints"]["url"]
    assert told(at("cardanoNode.network", "preprod")) is None
    mirror = at("cardanoNode.genesisUrls.checkpoints", "https://mirror/c.json")
    assert told(mirror) == "https://mirror/c.json"
    assert told(merged(custom_network(), mirror)) == "https://mirror/c.json"


def test_log_settings_reach_setup_and_manager_alike() -> None:
    rendered = render(producer(forgeManager={"logLevel": "DEBUG", "logFormat": "json"}))
    for name in ("init-cardano-setup", "cardano-forge-manager"):
        env = environment(rendered.container(name))
        assert (env["LOG_LEVEL"], env["LOG_FORMAT"]) == ("DEBUG", "json")


def test_genesis_files_of_a_config_map_are_not_downloaded() -> None:
    rendered = render(custom_network())
    setup = rendered.container("init-cardano-setup")
    env = environment(setup)
    assert env["GENESIS_SOURCE_DIR"] == "/cardano-genesis-src"
    assert not [name for name in env if name.startswith("GENESIS_URL_")]
    assert mounts(setup)["/cardano-genesis-src"]["name"] == "cardano-genesis-src"
    assert volumes(custom_network())["cardano-genesis-src"]["configMap"] == {"name": "g"}


def test_each_genesis_address_can_be_a_mirror() -> None:
    values = at("cardanoNode.genesisUrls.shelley", "https://mirror/s.json")
    env = environment(render(values).container("init-cardano-setup"))
    assert env["GENESIS_URL_SHELLEY"] == "https://mirror/s.json"
    assert "mainnet" in env["GENESIS_URL_BYRON"]


BESIDE = producer(**PARTS)


@pytest.mark.parametrize(
    "values",
    [{}, producer(), custom_network(), BESIDE],
    ids=["relay", "hot", "custom", "parts"],
)
def test_every_mount_has_its_volume_and_every_volume_a_mount(values: dict[str, Any]) -> None:
    rendered = render(values)
    templates = rendered.statefulset["spec"].get("volumeClaimTemplates", [])
    claims = {claim["metadata"]["name"] for claim in templates}
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    mounted = {mount["name"] for container in everyone for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in rendered.pod["volumes"]} | claims


# Who may write where; all else is mounted read-only.
WRITES = {
    "init-cardano-setup": {"/opt/cardano/config", "/data", "/ipc"},
    "forge-guard": {"/opt/cardano/secrets", "/checked", "/state"},
    "cardano-forge-manager": {
        *("/opt/cardano/secrets", "/checked", "/state"),
        "/opt/cardano/config",  # a changed topology (docs/topology.md)
    },
    "cardano-node": {"/data", "/ipc"},
}


@pytest.mark.parametrize("name", WRITES)
def test_a_container_writes_only_where_it_must(name: str) -> None:
    found = mounts(render(producer()).container(name))
    assert {path for path, mount in found.items() if not mount.get("readOnly")} == WRITES[name]


def test_the_ledger_is_a_claim_for_each_pod() -> None:
    (claim,) = render().statefulset["spec"]["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == "cardano-data"
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "350Gi"}},
    }
    assert "cardano-data" not in volumes({})


def test_a_storage_class_is_named_only_when_given() -> None:
    values = at("persistence.ledger.storageClass", "fast")
    (claim,) = render(values).statefulset["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "fast"


def test_an_existing_claim_is_used() -> None:
    values = at("persistence.ledger.existingClaim", "mine")
    assert "volumeClaimTemplates" not in render(values).statefulset["spec"]
    assert volumes(values)["cardano-data"]["persistentVolumeClaim"] == {"claimName": "mine"}


def test_without_persistence_the_ledger_goes_with_the_pod() -> None:
    values = at("persistence.ledger.enabled", False)
    assert "volumeClaimTemplates" not in render(values).statefulset["spec"]
    assert volumes(values)["cardano-data"] == {"name": "cardano-data", "emptyDir": {}}


def test_a_claim_that_is_named_but_off_is_not_mounted() -> None:
    values = at("persistence.ledger", {"enabled": False, "existingClaim": "mine"})
    assert volumes(values)["cardano-data"] == {"name": "cardano-data", "emptyDir": {}}


def test_config_and_socket_live_and_die_with_the_pod() -> None:
    found = volumes(producer())
    assert found["cardano-config"]["emptyDir"] == found["socket-dir"]["emptyDir"] == {}


def test_the_api_token_is_short_lived_and_carries_what_a_client_needs() -> None:
    sources = volumes(producer())["api-token"]["projected"]["sources"]
    paths = [
        sources[0]["serviceAccountToken"]["path"],
        sources[1]["configMap"]["items"][0]["path"],
        sources[2]["downwardAPI"]["items"][0]["path"],
    ]
    assert paths == ["token", "ca.crt", "namespace"]
    assert sources[0]["serviceAccountToken"]["expirationSeconds"] < 4000


@pytest.mark.parametrize(
    ("container", "key"),
    [
        ("init-cardano-setup", "forgeManager"),
        ("cardano-forge-manager", "forgeManager"),
        ("forge-guard", "forgeGuard"),
        ("cardano-node", "cardanoNode"),
    ],
)
def test_resources_and_pull_policy_are_by_container(container: str, key: str) -> None:
    resources = {"requests": {"cpu": "1m"}}
    image = "cardanoNode" if key == "cardanoNode" else "forgeManager"
    more = merged(at(f"resources.{key}", resources), at(f"image.{image}.pullPolicy", "Never"))
    rendered = render(merged(producer(), more)).container(container)
    assert rendered["resources"]["requests"]["cpu"] == "1m"
    assert rendered["imagePullPolicy"] == "Never"


def test_the_setup_reads_the_releases_own_configuration() -> None:
    name = volumes({})["cardano-config-src"]["configMap"]["name"]
    assert set(render().get("ConfigMap", name)["data"]) == {"config.json", "topology.json"}

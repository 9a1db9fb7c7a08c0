"""The Mithril signer: a native sidecar with keys and a store of its own, in one replica."""

from __future__ import annotations

import json

import pytest

from tests.chart.rendering import RefusedError, environment, mounts, render, warnings
from tests.chart.samples import SIGNER, Values, at, custom_network, merged, producer

ON = SIGNER
TAG = {"image": SIGNER["image"]}
NAME = "mithril-signer"


@pytest.mark.parametrize("path", ["mithrilSigner.enabled", "image.mithrilSigner.enabled"])
def test_either_spelling_switches_it_on(path: str) -> None:
    rendered = render(merged(producer(**TAG), at(path, True)))
    assert rendered.container(NAME)["restartPolicy"] == "Always"
    assert "test-cardano-node-mithril" in rendered.of_kind("Service")


def test_its_environment_is_the_signers_own() -> None:
    env = environment(render(producer(**ON)).container(NAME))
    assert env == {
        "NETWORK": "mainnet",
        "NETWORK_MAGIC": "764824073",
        "AGGREGATOR_ENDPOINT": "https://aggregator.release-mainnet.api.mithril.network/aggregator",
        "CARDANO_NODE_SOCKET_PATH": "/ipc/node.socket",
        "CARDANO_CLI_PATH": "/app/bin/cardano-cli",
        "DB_DIRECTORY": "/data/db",
        "DATA_STORES_DIRECTORY": "/mithril-stores",
        "STORE_RETENTION_LIMIT": "5",
        "RUN_INTERVAL": "60000",
        "KES_SECRET_KEY_PATH": "/mithril-keys/kes.skey",
        "OPERATIONAL_CERTIFICATE_PATH": "/mithril-keys/node.cert",
        "ENABLE_METRICS_SERVER": "true",
        "METRICS_SERVER_IP": "0.0.0.0",  # noqa: S104
        "METRICS_SERVER_PORT": "9092",
    }


def test_pool_relay_and_era_are_told_when_given() -> None:
    era = {"address": "addr1abc", "verificationKey": "5b31"}
    own = {"partyId": "pool1abcdefghijk", "relayEndpoint": "http://relay:3132", "eraReader": era}
    env = environment(render(merged(producer(**ON), at("mithrilSigner", own))).container(NAME))
    assert env["PARTY_ID"] == "pool1abcdefghijk"
    assert env["RELAY_ENDPOINT"] == "http://relay:3132"
    assert env["ERA_READER_ADAPTER_TYPE"] == "cardano-chain"
    assert json.loads(env["ERA_READER_ADAPTER_PARAMS"]) == {
        "address": "addr1abc",
        "verification_key": "5b31",
    }


def test_its_aggregator_follows_the_network() -> None:
    env = environment(render(merged(ON, at("cardanoNode.network", "preview"))).container(NAME))
    assert "pre-release-preview" in env["AGGREGATOR_ENDPOINT"]


def test_it_has_two_keys_of_its_own_mount_and_not_the_nodes() -> None:
    rendered = render(producer(**ON))
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == "mithril-keys"]
    assert volume["secret"]["secretName"] == "test-cardano-node-forging-keys"
    assert volume["secret"]["optional"] is True
    assert [item["key"] for item in volume["secret"]["items"]] == ["kes.skey", "node.cert"]
    paths = mounts(rendered.container(NAME))
    assert paths["/mithril-keys"] == {
        "name": "mithril-keys",
        "mountPath": "/mithril-keys",
        "readOnly": True,
    }
    assert not {"/opt/cardano/secrets", "/secrets", "/checked"} & set(paths)


def test_it_may_have_another_secret_than_the_node() -> None:
    values = merged(ON, at("mithrilSigner.secretName", "mine"))
    (volume,) = [v for v in render(values).pod["volumes"] if v["name"] == "mithril-keys"]
    assert volume["secret"]["secretName"] == "mine"


def test_it_reads_the_ledger_and_writes_beside_it() -> None:
    paths = mounts(render(producer(**ON)).container(NAME))
    assert paths["/data"]["readOnly"] is True
    assert paths["/mithril-stores"] == {
        "name": "cardano-data",
        "mountPath": "/mithril-stores",
        "subPath": "mithril-signer",
    }


def test_mounts_and_variables_of_the_users_are_added() -> None:
    mount = {"name": "cardano-data", "mountPath": "/scratch"}
    own = {"extraVolumeMounts": [mount], "extraEnvVars": [{"name": "RUN_INTERVAL", "value": "1"}]}
    container = render(merged(ON, at("mithrilSigner", own))).container(NAME)
    assert mount in container["volumeMounts"]
    assert environment(container)["RUN_INTERVAL"] == "1"


def test_its_health_check_is_a_liveness_probe() -> None:
    probe = render(ON).container(NAME)["livenessProbe"]
    assert probe["httpGet"] == {"path": "/metrics", "port": "mithril"}
    off = merged(ON, at("mithrilSigner.healthCheck.enabled", False))
    assert "livenessProbe" not in render(off).container(NAME)


REFUSED: dict[str, tuple[Values, str]] = {
    "without a tag": (
        at("mithrilSigner.enabled", True),
        "mithrilSigner.enabled: the image has no tag or digest, .* Set image.mithrilSigner.tag",
    ),
    "in every replica": (
        producer(replicaCount=2, **ON),
        "mithrilSigner.enabled: each of the 2 replicas",
    ),
    "another network's aggregator": (
        merged(
            at("cardanoNode.network", "preprod") | TAG,
            at(
                "mithrilSigner",
                {
                    "enabled": True,
                    "aggregatorEndpoint": "https://aggregator.release-mainnet.api.mithril.network/aggregator",
                },
            ),
        ),
        "is the aggregator of mainnet, but cardanoNode.network is preprod",
    ),
    "no aggregator on a network of one's own": (
        custom_network(**ON),
        "mithrilSigner.enabled: a custom network has no default aggregator",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    values, message = REFUSED[case]
    with pytest.raises(RefusedError, match=message):
        render(values)


def test_a_digest_is_as_good_as_a_tag() -> None:
    digest = "sha256:" + "1" * 64
    values = producer(mithrilSigner={"enabled": True}, **at("image.mithrilSigner.digest", digest))
    assert render(values).container(NAME)["image"] == f"ghcr.io/intersectmbo/{NAME}@{digest}"


def test_the_warnings_name_a_moving_tag_an_old_registry_and_an_unset_era() -> None:
    own = {
        "enabled": True,
        "repository": "ghcr.io/input-output-hk/mithril-signer",
        "tag": "latest",
    }
    said = warnings(producer(**at("image.mithrilSigner", own)))
    assert said.keys() == {
        "image.mithrilSigner.enabled",
        "image.mithrilSigner.repository",
        "image.mithrilSigner.tag",
        "mithrilSigner.eraReader",
    }

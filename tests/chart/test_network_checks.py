"""A public network is one set of facts: those of another are refused, with path and way out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chart.rendering import CHART, refused, render, warnings
from tests.chart.samples import Values, at, custom_network, merged

NETWORKS = json.loads((CHART / "files" / "networks.json").read_text())
MAINNET = NETWORKS["mainnet"]
PREPROD = {"cardanoNode": {"network": "preprod"}}
EARLIER_KEY = "5b3133312c" + MAINNET["mithril"]["genesisVerificationKey"][10:]
METRICS = {"TraceOptions": {"": {"backends": ["PrometheusSimple 0.0.0.0 12798"]}}}
WHOLE = json.dumps({"PeerSharing": True, **METRICS})
NOBODY = '{"localRoots": [], "publicRoots": []}'

# case: values, the path named, and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "mainnet's magic": (
        at("cardanoNode.magic", "764824073"),
        "cardanoNode.magic",
        "which is 1. Leave it null",
    ),
    "mainnet's way of magic": (
        at("cardanoNode.config.requiresNetworkMagic", "RequiresNoMagic"),
        "cardanoNode.config.requiresNetworkMagic",
        "which has RequiresMagic. Leave it null",
    ),
    "mainnet's aggregator": (
        at("cardanoNode.mithril.aggregatorEndpoint", MAINNET["mithril"]["aggregatorEndpoint"]),
        "cardanoNode.mithril.aggregatorEndpoint",
        "is an aggregator of mainnet",
    ),
    "mainnet's genesis verification key": (
        at(
            "cardanoNode.mithril.genesisVerificationKey",
            MAINNET["mithril"]["genesisVerificationKey"],
        ),
        "cardanoNode.mithril.genesisVerificationKey",
        "the key of mainnet",
    ),
    "mainnet's ancillary key": (
        at(
            "cardanoNode.mithril.ancillaryVerificationKey",
            MAINNET["mithril"]["ancillaryVerificationKey"],
        ),
        "cardanoNode.mithril.ancillaryVerificationKey",
        "the key of mainnet",
    ),
    "a known peer of mainnet": (
        at("cardanoNode.topology.bootstrapPeers", [{"address": "backbone.cardano.iog.io"}]),
        "cardanoNode.topology.bootstrapPeers",
        "is a peer of mainnet",
    ),
    "a peer that says that it is mainnet's": (
        at("cardanoNode.topology.bootstrapPeers", [{"address": "relays-of-mainnet.cardano.org"}]),
        "cardanoNode.topology.bootstrapPeers",
        "is a peer of mainnet",
    ),
    "a peer of mainnet among the local roots": (
        at(
            "cardanoNode.topology.localRoots",
            [
                {
                    "accessPoints": [{"address": "backbone.cardano.iog.io", "port": 3001}],
                    "valency": 1,
                }
            ],
        ),
        "cardanoNode.topology.localRoots",
        "Remove it",
    ),
    "mainnet's genesis in a whole file": (
        at("cardanoNode.configFile", json.dumps(MAINNET["genesisHashes"])),
        "cardanoNode.configFile",
        "Set cardanoNode.network=mainnet",
    ),
    "mainnet's genesis in the overrides": (
        at("cardanoNode.config.overrides", MAINNET["genesisHashes"]),
        "cardanoNode.config.overrides",
        "Set cardanoNode.network=mainnet",
    ),
    "a whole file that is no mapping": (
        at("cardanoNode.configFile", "config.json"),
        "cardanoNode.configFile",
        "--set-file cardanoNode.configFile=FILE",
    ),
    "a whole topology that is broken": (
        at("cardanoNode.topologyFile", "{"),
        "cardanoNode.topologyFile",
        "--set-file cardanoNode.topologyFile=FILE",
    ),
    "a whole file and a ConfigMap": (
        at("cardanoNode", {"configFile": "{}", "configMap": "mine"}),
        "cardanoNode.configFile",
        "Leave one of the two empty",
    ),
    "peers beside a whole topology": (
        at("cardanoNode", {"topologyFile": NOBODY, "topology": {"useLedgerAfterSlot": 5}}),
        "cardanoNode.topology.useLedgerAfterSlot",
        "cardanoNode.topologyFile replaces it",
    ),
    "peers beside a ConfigMap": (
        at("cardanoNode", {"configMap": "mine", "topology": {"bootstrapPeers": []}}),
        "cardanoNode.topology.bootstrapPeers",
        "cardanoNode.configMap replaces it",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_on_preprod(case: str) -> None:
    values, path, fix = REFUSED[case]
    (line,) = refused(merged(PREPROD, values))
    assert line.startswith(f"{path}: ")
    assert fix in line


def test_on_mainnet_its_own_key_takes_the_place_of_the_wrong_one_of_earlier_examples() -> None:
    wrong = at("cardanoNode.mithril.genesisVerificationKey", EARLIER_KEY)
    assert render(wrong).statefulset == render().statefulset
    said = warnings(wrong)["cardanoNode.mithril.genesisVerificationKey"]
    assert "131" in said
    assert "Leave it null" in said


def test_on_mainnet_the_wrong_key_is_nothing_to_warn_of_where_none_is_used() -> None:
    unused = {"enabled": False, "genesisVerificationKey": EARLIER_KEY}
    assert not warnings(at("cardanoNode.mithril", unused))


@pytest.mark.parametrize(
    "own",
    [PREPROD, custom_network(**at("cardanoNode.mithril.enabled", True))],
    ids=["preprod", "custom"],
)
def test_elsewhere_the_wrong_key_of_earlier_examples_is_refused(own: Values) -> None:
    mithril = {"aggregatorEndpoint": "https://a.example", "genesisVerificationKey": EARLIER_KEY}
    (line,) = refused(merged(own, at("cardanoNode.mithril", mithril)))
    assert line.startswith("cardanoNode.mithril.genesisVerificationKey: ")
    assert "131" in line


def test_all_contradictions_are_said_at_once() -> None:
    wrong = {
        "magic": 764824073,
        "mithril": {"aggregatorEndpoint": MAINNET["mithril"]["aggregatorEndpoint"]},
        "topology": {"bootstrapPeers": [{"address": "backbone.cardano.iog.io"}]},
    }
    assert len(refused(merged(PREPROD, {"cardanoNode": wrong}))) == 3


@pytest.mark.parametrize(
    "own",
    [
        {"network": "mainnet", "magic": "764824073"},
        {"network": "preprod", "magic": 1},
        {"network": "preprod", "mithril": {"genesisVerificationKey": "ab" * 9}},
        {"network": "preprod", "topology": {"bootstrapPeers": [{"address": "my.relay"}]}},
        {"network": "mainnet", "mithril": {"aggregatorEndpoint": "https://mirror.example"}},
        # The two test networks have one Mithril key.
        {
            "network": "preview",
            "mithril": {
                "genesisVerificationKey": NETWORKS["preprod"]["mithril"]["genesisVerificationKey"]
            },
        },
        # Of no effect, so no harm.
        {
            "network": "preprod",
            "mithril": {"enabled": False, "genesisVerificationKey": EARLIER_KEY},
        },
    ],
)
def test_facts_of_its_own_and_of_nobody_are_accepted(own: dict[str, Any]) -> None:
    assert render({"cardanoNode": own}).statefulset


def test_a_custom_network_has_the_magic_and_the_peers_that_it_says() -> None:
    values = custom_network(**at("cardanoNode.topology.bootstrapPeers", [{"address": "a"}]))
    assert render(values).topology()["bootstrapPeers"] == [{"address": "a"}]


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "PeerSharing: true\nTraceOptions:\n  '': {backends: [PrometheusSimple 0.0.0.0 12798]}\n",
    ],
)
def test_a_whole_configuration_replaces_the_charts_own(text: str) -> None:
    assert render(at("cardanoNode.configFile", text)).node_config() == json.loads(WHOLE)


def test_a_whole_topology_replaces_the_charts_own() -> None:
    text = '{"localRoots": [], "publicRoots": [], "useLedgerAfterSlot": 185500763}'
    rendered = render(at("cardanoNode.topologyFile", text))
    assert rendered.topology() == json.loads(text)
    assert (
        "185500763"
        in rendered.get("ConfigMap", "test-cardano-node-config")["data"]["topology.json"]
    )


def test_a_config_map_of_the_users_is_mounted_in_place_of_the_charts() -> None:
    rendered = render(at("cardanoNode.configMap", "mine"))
    assert not rendered.of_kind("ConfigMap")
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == "cardano-config-src"]
    assert volume["configMap"] == {"name": "mine"}


def test_a_peer_snapshot_is_used_only_when_named() -> None:
    assert "peerSnapshotFile" not in render().topology()
    values = at("cardanoNode.topology.peerSnapshotFile", "/opt/snapshot.json")
    assert render(values).topology()["peerSnapshotFile"] == "/opt/snapshot.json"

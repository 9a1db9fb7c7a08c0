"""config.json and topology.json: facts of the network, values, overrides."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, render
from tests.chart.samples import Values, at, custom_network, defaults, producer

MINE = "/opt/cardano/config/mine.json"

NETWORKS = json.loads((CHART / "files" / "networks.json").read_text())


@pytest.mark.parametrize("network", NETWORKS)
def test_one_value_chooses_the_network(network: str) -> None:
    facts = NETWORKS[network]
    rendered = render(at("cardanoNode.network", network))
    config = rendered.node_config()
    assert facts["genesisHashes"].items() <= config.items()
    assert facts["hardForkEpochs"].items() <= config.items()
    assert config["RequiresNetworkMagic"] == facts["requiresNetworkMagic"]
    assert config["MinNodeVersion"] == facts["minNodeVersion"]
    assert rendered.topology() == facts["topology"]


def test_shelley_does_not_begin_at_epoch_0_on_preprod() -> None:
    config = render(at("cardanoNode.network", "preprod")).node_config()
    assert not [key for key in config if key.startswith("Test")]


def test_every_entry_of_the_config_values_is_in_the_table_and_the_other_way_round() -> None:
    table = yaml.safe_load((CHART / "files" / "node-config.yaml").read_text())
    config = defaults()["cardanoNode"]["config"]
    for path in table:
        found = config
        for step in path.split("."):
            assert step in found, f"{path} of the table is no value"
            found = found[step]
    elsewhere = {"overrides", "checkpointsFile"}  # by the template
    assert {path.split(".")[0] for path in table} == set(config) - elsewhere
    assert {p.split(".")[1] for p in table if p.startswith("traceOptions.")} == set(
        config["traceOptions"]
    )


def test_numbers_stay_whole() -> None:
    values = at("cardanoNode.config.mempoolCapacityBytesOverride", 67108864)
    text = render(values).get("ConfigMap", "test-cardano-node-config")["data"]
    assert '"MempoolCapacityBytesOverride": 67108864,' in text["config.json"]
    assert '"useLedgerAfterSlot": 185500763' in text["topology.json"]


def test_overrides_are_merged_deep_and_last() -> None:
    overrides = {"PeerSharing": True, "TraceOptions": {"Mempool": {"severity": "Debug"}}, "New": 1}
    config = render(at("cardanoNode.config.overrides", overrides)).node_config()
    assert config["PeerSharing"] is True
    assert config["New"] == 1
    assert config["TraceOptions"]["Mempool"] == {"severity": "Debug"}
    assert config["TraceOptions"]["ChainDB"] == {"severity": "Info"}


def test_metrics_are_served_where_the_values_say() -> None:
    values = at("cardanoNode.prometheus", {"host": "10.0.0.1", "port": 9})
    backends = render(values).node_config()["TraceOptions"][""]["backends"]
    assert "PrometheusSimple suffix 10.0.0.1 9" in backends


def test_metrics_can_be_off() -> None:
    backends = render(at("cardanoNode.prometheus.enabled", False)).node_config()["TraceOptions"][
        ""
    ]["backends"]
    assert backends == ["EKGBackend", "Forwarder", "Stdout HumanFormatColoured"]


def test_a_custom_network_has_no_peers_of_another() -> None:
    rendered = render(custom_network())
    assert rendered.topology() == {
        "localRoots": [],
        "publicRoots": [],
        "useLedgerAfterSlot": -1,
    }
    assert rendered.node_config()["RequiresNetworkMagic"] == "RequiresMagic"


def test_peers_of_the_user_replace_the_networks() -> None:
    peers = [{"address": "relay", "port": 3001}]
    topology = render(at("cardanoNode.topology.bootstrapPeers", peers)).topology()
    assert topology["bootstrapPeers"] == peers
    assert topology["useLedgerAfterSlot"] == NETWORKS["mainnet"]["topology"]["useLedgerAfterSlot"]


NODE_DECIDES = {
    "EnableP2P",
    "PeerSharing",
    "MaxKnownMajorProtocolVersion",
    "MempoolCapacityBytesOverride",
    "MinBigLedgerPeersForTrustedState",
    "TraceOptionNodeName",
    "TraceOptionPeerFrequency",
    "StartAsNonProducingNode",
}


@pytest.mark.parametrize(
    "values", [{}, custom_network(), producer(forgeManager={"enabled": False})]
)
def test_what_the_node_decides_better_is_left_to_it(values: Values) -> None:
    config = render(values).node_config()
    said = NODE_DECIDES & set(config) | {key for key in config if "TargetNumberOf" in key}
    assert said <= {"StartAsNonProducingNode"}
    assert ("StartAsNonProducingNode" in config) is bool(
        values.get("forgeManager", {}).get("enabled")
    )


def test_a_custom_network_says_what_no_node_starts_without() -> None:
    config = render(custom_network()).node_config()
    required = {f"LastKnownBlockVersion-{part}" for part in ("Major", "Minor", "Alt")}
    assert {*required, "TurnOnLogMetrics", "TraceOptions"} <= set(config)
    assert "SnapshotInterval" not in config["LedgerDB"]
    assert "Mempool" not in config["TraceOptions"]


@pytest.mark.parametrize("network", ["mainnet", "preview"])
def test_checkpoints_are_those_of_the_network(network: str) -> None:
    config = render(at("cardanoNode.network", network)).node_config()
    assert config["CheckpointsFile"] == "/opt/cardano/config/genesis/checkpoints.json"
    assert config["CheckpointsFileHash"] == NETWORKS[network]["checkpoints"]["hash"]


@pytest.mark.parametrize(
    ("node", "path"),
    [
        ({"network": "preprod"}, None),
        ({"config": {"checkpointsFile": ""}}, None),
        ({"config": {"checkpointsFile": MINE}}, MINE),
        # The genesis files come from a ConfigMap, which may be older than the checkpoints are.
        ({"genesisConfigMap": "g"}, None),
        ({"genesisConfigMap": "g", "config": {"checkpointsFile": MINE}}, MINE),
        ({"config": {"shelleyGenesisFile": "/data/g/s.json"}}, "/data/g/checkpoints.json"),
    ],
)
def test_checkpoints_can_lie_elsewhere_and_be_left_out(
    node: dict[str, Any], path: str | None
) -> None:
    config = render({"cardanoNode": node}).node_config()
    assert config.get("CheckpointsFile") == path
    assert ("CheckpointsFileHash" in config) is (path is not None)

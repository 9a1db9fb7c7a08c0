"""The node's container."""

from __future__ import annotations

import pytest

from tests.chart.rendering import environment, render
from tests.chart.samples import at, producer


@pytest.mark.parametrize("wanted", [True, False])
def test_a_managed_node_always_starts_non_producing(wanted: bool) -> None:
    values = producer(cardanoNode={"startAsNonProducing": wanted})
    env = environment(render(values).container("cardano-node"))
    assert env["START_AS_NON_PRODUCING"] == "true"
    assert env["CARDANO_BLOCK_PRODUCER"] == "true"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_node_that_takes_no_signal_starts_as_the_user_says(wanted: bool) -> None:
    values = producer(
        cardanoNode={"startAsNonProducing": wanted}, forgeManager={"nodeControl": "none"}
    )
    env = environment(render(values).container("cardano-node"))
    assert env["START_AS_NON_PRODUCING"] == str(wanted).lower()


def test_a_managed_node_hands_over_before_it_is_told_to_end() -> None:
    values = producer(forgeManager={"metricsPort": 8123, "handOverSeconds": 7})
    hook = render(values).container("cardano-node")["lifecycle"]["preStop"]
    assert hook == {"httpGet": {"path": "/handed-over?wait=7", "port": 8123}}
    assert "lifecycle" not in render().container("cardano-node")


def test_a_relay_knows_nothing_of_keys() -> None:
    env = environment(render().container("cardano-node"))
    assert not [name for name in env if "SHELLEY" in name or "PRODUC" in name]


def test_a_managed_node_is_ready_when_its_socket_is() -> None:
    values = producer(forgeManager={"metricsPort": 8123})
    probe = render(values).container("cardano-node")["readinessProbe"]
    # A number: the name of another container's port is never resolved.
    assert probe["httpGet"] == {"path": "/node-ready", "port": 8123}


def test_a_relay_is_ready_when_its_metrics_are() -> None:
    probe = render().container("cardano-node")["readinessProbe"]
    assert probe["httpGet"] == {"path": "/metrics", "port": "metrics"}


def test_the_users_readiness_is_taken() -> None:
    check = {"httpGet": {"path": "/x", "port": 1}, "periodSeconds": 9}
    values = producer(healthChecks={"cardanoNode": {"readinessProbe": check}})
    probe = render(values).container("cardano-node")["readinessProbe"]
    assert probe["httpGet"] == {"path": "/x", "port": 1}
    assert probe["periodSeconds"] == 9


def test_there_is_no_liveness_probe_unless_asked_for() -> None:
    assert "livenessProbe" not in render().container("cardano-node")
    values = at("healthChecks.cardanoNode.livenessProbe.enabled", True)
    assert render(values).container("cardano-node")["livenessProbe"]["periodSeconds"] == 30


def test_mithril_follows_the_network() -> None:
    env = environment(render({"cardanoNode": {"network": "preprod"}}).container("cardano-node"))
    assert "release-preprod" in env["AGGREGATOR_ENDPOINT"]
    assert env["RESTORE_SNAPSHOT"] == "true"


def test_mithril_settings_of_the_user_win() -> None:
    digest = "ab" * 32
    mithril = {
        "aggregatorEndpoint": "https://mine",
        "restoreSnapshot": False,
        "snapshotDigest": digest,
    }
    env = environment(render(at("cardanoNode.mithril", mithril)).container("cardano-node"))
    assert env["AGGREGATOR_ENDPOINT"] == "https://mine"
    assert (env["RESTORE_SNAPSHOT"], env["SNAPSHOT_DIGEST"]) == ("false", digest)
    assert env["GENESIS_VERIFICATION_KEY"].startswith("5b3139312c")


def test_mithril_can_be_left_out() -> None:
    env = environment(render(at("cardanoNode.mithril.enabled", False)).container("cardano-node"))
    assert not [name for name in env if "DIGEST" in name or "AGGREGATOR" in name]
    assert env["RESTORE_SNAPSHOT"] == "false", "the image restores unless it is told not to"


def test_environment_volumes_and_mounts_of_the_user_are_added() -> None:
    values = {
        "extraEnvVars": [{"name": "MINE", "value": "1"}],
        "extraVolumes": [{"name": "mine", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "mine", "mountPath": "/mine"}],
    }
    rendered = render(values)
    node = rendered.container("cardano-node")
    assert environment(node)["MINE"] == "1"
    assert {"name": "mine", "mountPath": "/mine"} in node["volumeMounts"]
    assert {"name": "mine", "emptyDir": {}} in rendered.pod["volumes"]


def test_the_metrics_port_goes_with_the_metrics() -> None:
    node = render(at("cardanoNode.prometheus.enabled", False)).container("cardano-node")
    assert {port["name"] for port in node["ports"]} == {"p2p"}
    assert "readinessProbe" not in node

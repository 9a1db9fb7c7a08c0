"""A block producer without a forge manager: one node with keys of its own, and a warning."""

from __future__ import annotations

import pytest

from tests.chart.rendering import environment, mounts, render, warnings
from tests.chart.samples import at, merged

ALONE = at("cardanoNode.blockProducer", True)


def test_it_has_neither_manager_nor_guard_nor_permissions() -> None:
    rendered = render(ALONE)
    assert [c["name"] for c in rendered.pod["initContainers"]] == ["init-cardano-setup"]
    assert rendered.pod["shareProcessNamespace"] is False
    assert not rendered.of_kind("Role")
    assert "lifecycle" not in rendered.container("cardano-node")
    names = {volume["name"] for volume in rendered.pod["volumes"]}
    assert not {"api-token", "cardano-secrets-checked", "forge-state"} & names


def test_the_setup_copies_its_keys_into_memory() -> None:
    rendered = render(ALONE)
    setup = rendered.container("init-cardano-setup")
    env = environment(setup)
    assert env["PROVIDE_KEYS"] == "true"
    assert env["SOURCE_VRF_KEY"] == "/secrets/vrf.skey"
    assert env["TARGET_VRF_KEY"] == "/opt/cardano/secrets/vrf.skey"
    assert mounts(setup)["/secrets"]["readOnly"] is True
    target = mounts(setup)["/opt/cardano/secrets"]["name"]
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == target]
    assert volume["emptyDir"]["medium"] == "Memory"


def test_the_node_finds_its_keys_and_cannot_change_them() -> None:
    node = render(ALONE).container("cardano-node")
    env = environment(node)
    assert env["CARDANO_BLOCK_PRODUCER"] == "true"
    mount = mounts(node)["/opt/cardano/secrets"]
    assert mount["readOnly"] is True
    for name in ("KES_KEY", "VRF_KEY", "OPERATIONAL_CERTIFICATE"):
        assert env[f"CARDANO_SHELLEY_{name}"].startswith(mount["mountPath"])
    assert "/secrets" not in mounts(node)


@pytest.mark.parametrize("wanted", [True, False])
def test_it_starts_as_the_user_says(wanted: bool) -> None:
    values = merged(ALONE, at("cardanoNode.startAsNonProducing", wanted))
    env = environment(render(values).container("cardano-node"))
    assert env["START_AS_NON_PRODUCING"] == str(wanted).lower()


def test_it_is_ready_when_its_metrics_are() -> None:
    probe = render(ALONE).container("cardano-node")["readinessProbe"]
    assert probe["httpGet"] == {"path": "/metrics", "port": "metrics"}


def test_keys_from_elsewhere_come_by_the_same_values() -> None:
    mount = {"name": "vault", "mountPath": "/vault"}
    own = {"sourceKeys": {"kesKey": "/vault/kes"}, "extraVolumeMounts": [mount]}
    vault = at("extraVolumes", [{"name": "vault", "emptyDir": {}}])
    setup = render(merged(ALONE, at("forgeManager", own), vault)).container("init-cardano-setup")
    assert environment(setup)["SOURCE_KES_KEY"] == "/vault/kes"
    assert mount in setup["volumeMounts"]


def test_relay_and_managed_producer_leave_the_keys_to_others() -> None:
    for values in ({}, merged(ALONE, at("forgeManager.enabled", True))):
        setup = render(values).container("init-cardano-setup")
        assert "PROVIDE_KEYS" not in environment(setup)
        assert not {"/secrets", "/opt/cardano/secrets"} & set(mounts(setup))


def test_the_warnings_say_what_it_goes_without() -> None:
    assert "forges from the start" in warnings(ALONE)["forgeManager.enabled"]
    assert "forgeManager.enabled" not in warnings()

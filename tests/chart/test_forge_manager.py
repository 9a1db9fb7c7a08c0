"""The sidecar's container: probes, environment, what it may reach."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import environment, mounts, render
from tests.chart.samples import at, custom_network, merged, producer

PROBES = {
    "startupProbe": ("/startup-status", 5, 3, 2, 60),
    "readinessProbe": ("/health", 10, 10, 3, 3),
    "livenessProbe": ("/health", 30, 30, 5, 5),
}


def manager(values: dict[str, Any]) -> dict[str, Any]:
    return render(values).container("cardano-forge-manager")


@pytest.mark.parametrize("probe", PROBES)
def test_probe_defaults_are_those_of_the_contract(probe: str) -> None:
    path, delay, period, timeout, failures = PROBES[probe]
    rendered = manager(producer())[probe]
    assert rendered == {
        "httpGet": {"path": path, "port": "forge-metrics"},
        "initialDelaySeconds": delay,
        "periodSeconds": period,
        "timeoutSeconds": timeout,
        "failureThreshold": failures,
    }


def test_probes_and_service_follow_the_port() -> None:
    rendered = render(producer(forgeManager={"metricsPort": 8123}))
    container = rendered.container("cardano-forge-manager")
    assert container["ports"] == [
        {"name": "forge-metrics", "containerPort": 8123, "protocol": "TCP"}
    ]
    assert environment(container)["METRICS_PORT"] == "8123"
    service = rendered.get("Service", "test-cardano-node-forge-metrics")
    assert service["spec"]["ports"][0]["targetPort"] == 8123


def test_the_environment_is_the_earlier_sidecars() -> None:
    assert environment(manager(producer())) == {
        "NODE_SOCKET": "/ipc/node.socket",
        "METRICS_PORT": "8000",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "text",
        "SLEEP_INTERVAL": "5",
        "SOCKET_WAIT_TIMEOUT": "600",
        "DISABLE_SOCKET_CHECK": "false",
        "CARDANO_NODE_PROCESS_NAME": "cardano-node",
        "NODE_CONTROL": "sighup",
        "NODE_METRICS_URL": "http://127.0.0.1:12798/metrics",
        "FORGING_METRIC": "cardano_node_metrics_forging_enabled_int",
        "STATE_DIR": "/state",
        "CHECKED_DIR": "/checked",
        "CREDENTIAL_CHECKS": "strict",
        "SOURCE_KES_KEY": "/secrets/kes.skey",
        "SOURCE_VRF_KEY": "/secrets/vrf.skey",
        "SOURCE_OP_CERT": "/secrets/node.cert",
        "TARGET_KES_KEY": "/opt/cardano/secrets/kes.skey",
        "TARGET_VRF_KEY": "/opt/cardano/secrets/vrf.skey",
        "TARGET_OP_CERT": "/opt/cardano/secrets/node.cert",
        "LEASE_NAME": "test-cardano-node-leader",
        "LEASE_DURATION": "15",
        "FAILSAFE_SECONDS": "300",
        "CONFIG_SOURCE_DIR": "/cardano-config-src",
        "CONFIG_TARGET_DIR": "/opt/cardano/config",
        "CRD_ENABLED": "true",
        "CRD_NAME": "test-cardano-node-leader",
        "FORGING_LABEL": "true",
        "HOLD_FORGING": "false",
        "CARDANO_NETWORK": "mainnet",
        "NETWORK_MAGIC": "764824073",
    }


POOL_ID = "pool1" + "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[:17] * 3


def test_a_pool_names_the_lease_as_the_earlier_chart_did() -> None:
    pool = {"id": POOL_ID, "name": "A", "ticker": "AB"}
    values = producer(forgeManager={"multiTenant": {"enabled": True, "pool": pool}})
    env = environment(manager(values))
    assert env["LEASE_NAME"] == env["CRD_NAME"] == "cardano-leader-mainnet-pool1qpzry"
    assert (env["POOL_ID"], env["POOL_NAME"], env["POOL_TICKER"]) == (POOL_ID, "A", "AB")
    assert env["APPLICATION_TYPE"] == "block-producer"


def test_a_pool_by_hex_id_names_the_lease_by_eight_digits() -> None:
    pool = {"idHex": "ab" * 28}
    values = producer(forgeManager={"multiTenant": {"enabled": True, "pool": pool}})
    assert environment(manager(values))["LEASE_NAME"] == "cardano-leader-mainnet-abababab"


def test_names_of_lease_and_leader_are_the_users_without_a_pool() -> None:
    legacy = {"lease": {"name": "l"}, "crd": {"cardanoLeader": {"name": "c"}}}
    env = environment(manager(producer(forgeManager={"legacy": legacy})))
    assert (env["LEASE_NAME"], env["CRD_NAME"]) == ("l", "c")


def test_a_custom_network_tells_its_genesis() -> None:
    env = environment(manager(custom_network()))
    assert env["SHELLEY_GENESIS_FILE"] == "/opt/cardano/config/genesis/shelley-genesis.json"
    assert env["NETWORK_MAGIC"] == "42"


def test_the_secret_may_come_late() -> None:
    (volume,) = [v for v in render(producer()).pod["volumes"] if v["name"] == "cardano-secrets"]
    assert volume["secret"]["optional"] is True
    assert volume["secret"]["secretName"] == "test-cardano-node-forging-keys"


def test_the_keys_are_copied_into_memory() -> None:
    volumes = {v["name"]: v for v in render(producer()).pod["volumes"]}
    for name in ("cardano-secrets-target", "cardano-secrets-checked", "forge-state"):
        assert volumes[name]["emptyDir"]["medium"] == "Memory"


def test_the_guard_is_told_the_same_as_the_manager() -> None:
    values = producer(forgeManager={"processName": "dingo", "logFormat": "json"})
    rendered = render(values)
    guard = rendered.container("forge-guard")
    told = environment(guard)
    assert told["CARDANO_NODE_PROCESS_NAME"] == "dingo"
    assert told.items() <= environment(rendered.container("cardano-forge-manager")).items()
    assert guard["args"] == ["guard"]
    assert not {"/secrets", "/var/run/secrets/kubernetes.io/serviceaccount"} & set(mounts(guard))


def test_the_times_of_the_election_are_the_sidecars_unless_given() -> None:
    times = {"renewDeadlineSeconds": 12, "retryPeriodSeconds": 3}
    election = {"leaseDurationSeconds": 20, **times}
    env = environment(manager(producer(forgeManager={"election": election})))
    assert (env["LEASE_DURATION"], env["RENEW_DEADLINE"], env["RETRY_PERIOD"]) == ("20", "12", "3")


@pytest.mark.parametrize("election", [{}, {"leaseDurationSeconds": 20}])
def test_the_earlier_path_of_the_leases_duration_counts(election: dict[str, int]) -> None:
    values = producer(forgeManager={"election": election, "legacy": {"lease": {"duration": 20}}})
    assert environment(manager(values))["LEASE_DURATION"] == "20"


def test_the_identity_is_the_pods() -> None:
    fields = {
        entry["name"]: entry["valueFrom"]["fieldRef"]["fieldPath"]
        for entry in manager(producer())["env"]
        if "valueFrom" in entry
    }
    assert fields == {
        "NAMESPACE": "metadata.namespace",
        "POD_NAME": "metadata.name",
        "POD_UID": "metadata.uid",
    }


def test_only_the_manager_holds_an_api_token() -> None:
    rendered = render(producer())
    assert rendered.pod["automountServiceAccountToken"] is False
    holders = [
        container["name"]
        for container in [*rendered.pod["initContainers"], *rendered.pod["containers"]]
        if any(mount["name"] == "api-token" for mount in container["volumeMounts"])
    ]
    assert holders == ["cardano-forge-manager"]


def test_the_node_cannot_write_its_keys() -> None:
    node = mounts(render(producer()).container("cardano-node"))
    assert node["/opt/cardano/secrets"]["readOnly"] is True
    assert "/secrets" not in node


def test_targets_elsewhere_are_mounted_there_and_told_to_the_node() -> None:
    keys = {"kesKey": "/keys/a", "vrfKey": "/keys/b", "opCert": "/keys/c"}
    rendered = render(producer(forgeManager={"targetKeys": keys}))
    node = rendered.container("cardano-node")
    assert "/keys" in mounts(node)
    assert "/keys" in mounts(rendered.container("cardano-forge-manager"))
    assert environment(node)["CARDANO_SHELLEY_KES_KEY"] == "/keys/a"
    assert environment(node)["CARDANO_SHELLEY_VRF_KEY"] == "/keys/b"
    assert environment(node)["CARDANO_SHELLEY_OPERATIONAL_CERTIFICATE"] == "/keys/c"


@pytest.mark.parametrize("name", ["init-cardano-setup", "forge-guard", "cardano-forge-manager"])
def test_our_own_containers_are_restricted_with_a_read_only_root(name: str) -> None:
    context = render(producer()).container(name)["securityContext"]
    assert context["readOnlyRootFilesystem"] is True
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}


def test_a_digest_wins_over_a_tag() -> None:
    digest = "sha256:" + "0" * 64
    image = {"repository": "r/fm", "tag": "1", "digest": digest}
    values = merged(producer(), at("image.forgeManager", image))
    assert manager(values)["image"] == f"r/fm@{digest}"

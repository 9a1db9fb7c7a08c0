"""Every variable, its default and what it refuses."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.env import SettingsError
from forge_manager.base.log_lines import LogFormat, LogLevel
from forge_manager.election.terms import Terms
from forge_manager.node.address import Address
from forge_manager.settings.manager import CheckMode, parse_settings

# Names and defaults that existing deployments rely on, by where they are found in the settings.
EARLIER: list[tuple[str, str, object]] = [
    ("NAMESPACE", "pod.namespace", "default"),
    ("POD_NAME", "pod.name", ""),
    ("NODE_SOCKET", "node.socket", Path("/ipc/node.socket")),
    ("METRICS_PORT", "http_port", 8000),
    ("LOG_LEVEL", "log_level", LogLevel.INFO),
    ("SOCKET_WAIT_TIMEOUT", "node.socket_wait_timeout", 600),
    ("DISABLE_SOCKET_CHECK", "node.socket_check", True),
    ("SOURCE_KES_KEY", "source.kes", Path("/secrets/kes.skey")),
    ("SOURCE_VRF_KEY", "source.vrf", Path("/secrets/vrf.skey")),
    ("SOURCE_OP_CERT", "source.op_cert", Path("/secrets/node.cert")),
    ("TARGET_KES_KEY", "target.kes", Path("/opt/cardano/secrets/kes.skey")),
    ("TARGET_VRF_KEY", "target.vrf", Path("/opt/cardano/secrets/vrf.skey")),
    ("TARGET_OP_CERT", "target.op_cert", Path("/opt/cardano/secrets/node.cert")),
    ("CARDANO_NODE_PROCESS_NAME", "shared.process_name", "cardano-node"),
    ("LEASE_NAME", "leader.lease_name", "cardano-node-leader"),
    ("LEASE_DURATION", "leader.terms.lease_duration_s", 15),
    ("CRD_GROUP", "leader.crd_group", "cardano.io"),
    ("CRD_VERSION", "leader.crd_version", "v1"),
    ("CRD_PLURAL", "leader.crd_plural", "cardanoleaders"),
    ("CRD_NAME", "leader.crd_name", "cardano-leader"),
    ("CARDANO_NETWORK", "network.name", "mainnet"),
    ("POOL_ID", "pool.id", ""),
    ("POOL_ID_HEX", "pool.id_hex", ""),
    ("POOL_NAME", "pool.name", ""),
    ("POOL_TICKER", "pool.ticker", ""),
    ("APPLICATION_TYPE", "pod.application_type", "block-producer"),
    ("ENABLE_CLUSTER_MANAGEMENT", "cluster.enabled", False),
    ("CLUSTER_IDENTIFIER", "cluster.identifier", socket.gethostname()),
    ("CLUSTER_REGION", "cluster.region", "unknown"),
    ("CLUSTER_PRIORITY", "cluster.spec.priority", 100),
    ("HEALTH_CHECK_ENDPOINT", "cluster.spec.health.endpoint", ""),
    ("HEALTH_CHECK_INTERVAL", "cluster.spec.health.interval_s", 30),
]
OURS: list[tuple[str, str, object]] = [
    ("LOG_FORMAT", "log_format", LogFormat.TEXT),
    ("CREDENTIAL_CHECKS", "checks", CheckMode.STRICT),
    ("SHELLEY_GENESIS_FILE", "network.shelley_genesis", None),
    ("RENEW_DEADLINE", "leader.terms.renew_deadline_s", 10),
    ("RETRY_PERIOD", "leader.terms.retry_period_s", 2),
    ("FAILSAFE_SECONDS", "leader.terms.usual", None),
    ("FORMER_LEASES", "leader.former_leases", ()),
    ("ROLE_NAMES_LEASES", "leader.role_names_leases", False),
    ("NODE_METRICS_URL", "node.metrics", Address("127.0.0.1", 12798, "/metrics")),
]


def _at(settings: object, path: str) -> object:
    for name in path.split("."):
        settings = getattr(settings, name)
    return settings


@pytest.mark.parametrize(("variable", "path", "default"), EARLIER + OURS)
def test_a_variable_that_is_not_set_or_empty_has_its_default(
    variable: str, path: str, default: object
) -> None:
    assert _at(parse_settings({}), path) == default
    assert _at(parse_settings({variable: ""}), path) == default
    assert _at(parse_settings({variable: "  "}), path) == default


@pytest.mark.parametrize(
    ("variable", "value", "path", "parsed"),
    [
        ("METRICS_PORT", "9000", "http_port", 9000),
        ("LOG_LEVEL", "debug", "log_level", LogLevel.DEBUG),
        ("LOG_FORMAT", "JSON", "log_format", LogFormat.JSON),
        ("DISABLE_SOCKET_CHECK", "yes", "node.socket_check", False),
        ("CREDENTIAL_CHECKS", "existence", "checks", CheckMode.EXISTENCE),
        ("CARDANO_NETWORK", "devnet", "network.name", "devnet"),
        ("HEALTH_CHECK_ENDPOINT", "https://x/y", "cluster.spec.health.endpoint", "https://x/y"),
        (
            "HEALTH_CHECK_ENDPOINT",
            "http://u:p@x?q",
            "cluster.spec.health.endpoint",
            "http://u:p@x?q",
        ),
        ("LEASE_DURATION", "5", "leader.terms", Terms(5, 2, 1)),
        ("LEASE_DURATION", "60", "leader.terms", Terms(60, 40, 2)),
        ("NODE_METRICS_URL", "http://127.0.0.1:9/m", "node.metrics", Address("127.0.0.1", 9, "/m")),
        ("FORMER_LEASES", "b-leader,a.b", "leader.former_leases", ("b-leader", "a.b")),
        ("ROLE_NAMES_LEASES", "true", "leader.role_names_leases", True),
        ("FAILSAFE_SECONDS", "300", "leader.terms", Terms(315, 294, 2, usual=Terms())),
        ("POOL_ID", " pool1abc ", "pool.id", "pool1abc"),
        ("POOL_NAME", "Ünïcode \u200d pool", "pool.name", "Ünïcode \u200d pool"),
    ],
)
def test_a_value_is_taken(variable: str, value: str, path: str, parsed: object) -> None:
    assert _at(parse_settings({variable: value}), path) == parsed


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("LEASE_DURATION", "4", "one lost renewal must not cost"),
        ("RENEW_DEADLINE", "15", "before the fence"),
        ("RETRY_PERIOD", "6", "one lost renewal must not cost"),
        ("FAILSAFE_SECONDS", "3586", "choose 1 to 3600"),
    ],
)
def test_times_that_do_not_go_together_are_refused(variable: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        parse_settings({variable: value})
    assert any(problem in line for line in refusal.value.problems)


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("METRICS_PORT", "65536", "from 0 to 65535"),
        ("METRICS_PORT", "8000.0", "whole number"),
        ("METRICS_PORT", "9" * 5_000, "whole number"),
        ("SOCKET_WAIT_TIMEOUT", "-1", "from 0"),
        ("LEASE_DURATION", "15s", "whole number"),
        ("NODE_METRICS_URL", "https://node/metrics", "http URL"),
        ("DISABLE_SOCKET_CHECK", "maybe", "true or false"),
        ("LOG_LEVEL", "TRACE", "DEBUG, INFO, WARNING"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("CREDENTIAL_CHECKS", "none", "strict, existence"),
        ("SOURCE_KES_KEY", "kes.skey", "absolute path"),
        ("NODE_SOCKET", "/ipc/\0", "absolute path"),
        ("LEASE_NAME", "My_Lease", "lower-case"),
        ("FORMER_LEASES", "a,My_Lease", "lower-case"),
        ("FORMER_LEASES", "a, b", "lower-case"),
        ("NAMESPACE", "-x", "lower-case"),
        ("HEALTH_CHECK_ENDPOINT", "ftp://x", "http://"),
        ("POOL_NAME", "two\nlines", "one line"),
        ("CLUSTER_PRIORITY", "1000", "from 1 to 999"),
        ("TARGET_KES_KEY", "/elsewhere/kes.skey", "one directory"),
        ("TARGET_KES_KEY", "/opt/cardano/secrets/vrf.skey", "must differ"),
        ("TARGET_KES_KEY", "/opt/cardano/secrets/..kes", "must not begin with '..'"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(
    variable: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        parse_settings({variable: value})
    (problem,) = refusal.value.problems
    assert problem.startswith(f"{variable}=")
    assert allowed in problem
    assert len(problem) < 400
    assert "\n" not in problem


@pytest.mark.parametrize("variable", ["SLEEP_INTERVAL", "CLUSTER_ENVIRONMENT", "NETWORK_MAGIC"])
def test_a_variable_of_the_earlier_sidecar_that_has_no_effect_is_accepted(variable: str) -> None:
    assert parse_settings({variable: "764824073"}) == parse_settings({})


def test_a_magic_that_contradicts_the_network_is_refused() -> None:
    with pytest.raises(SettingsError, match="preview has the magic 2"):
        parse_settings({"CARDANO_NETWORK": "preview", "NETWORK_MAGIC": "1"})


def test_a_target_may_not_be_a_source() -> None:
    same = {f"SOURCE_{file}": f"/opt/cardano/secrets/{file}" for file in ("KES_KEY", "VRF_KEY")}
    same["TARGET_KES_KEY"] = "/opt/cardano/secrets/KES_KEY"
    with pytest.raises(SettingsError, match="a target must not be a source"):
        parse_settings(same)


def test_a_password_in_a_refused_url_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refusal:
        parse_settings({"HEALTH_CHECK_ENDPOINT": "ftp://user:hunter2@host/"})
    assert "hunter2" not in str(refusal.value)


def test_all_problems_are_listed_at_once() -> None:
    wrong = {"METRICS_PORT": "x", "LOG_LEVEL": "x", "LEASE_DURATION": "x", "NAMESPACE": "X"}
    with pytest.raises(SettingsError) as refusal:
        parse_settings(wrong)
    named = {problem.partition("=")[0] for problem in refusal.value.problems}
    assert named == set(wrong)


@given(
    st.dictionaries(
        st.sampled_from([name for name, _, _ in EARLIER + OURS]), st.text(max_size=40), max_size=6
    )
)
def test_any_environment_gives_settings_or_problems(variables: dict[str, str]) -> None:
    try:
        parse_settings(variables)
    except SettingsError as refusal:
        assert refusal.problems


def test_a_node_without_a_forging_metric_is_told_by_an_empty_name() -> None:
    assert parse_settings({}).node.forging_metric == "cardano_node_metrics_forging_enabled_int"
    assert parse_settings({"FORGING_METRIC": ""}).node.forging_metric == ""
    assert parse_settings({"FORGING_METRIC": "other"}).node.forging_metric == "other"


def test_what_operators_ask_and_see_is_off_but_for_the_custom_resource() -> None:
    leader = parse_settings({}).leader
    assert (leader.held_off, leader.forging_label, leader.crd_enabled) == (False, False, True)
    asked = {"HOLD_FORGING": "true", "FORGING_LABEL": "true", "CRD_ENABLED": "false"}
    leader = parse_settings(asked).leader
    assert (leader.held_off, leader.forging_label, leader.crd_enabled) == (True, True, False)


def test_leases_are_taken_in_the_same_order_whichever_of_them_is_the_own() -> None:
    for own, former in (("a", "b,c"), ("c", "a,b"), ("b", "c,a,b")):
        settings = parse_settings({"LEASE_NAME": own, "FORMER_LEASES": former})
        assert settings.leader.lease_names == ("a", "b", "c")

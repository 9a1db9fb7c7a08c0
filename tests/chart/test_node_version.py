"""What the tag of the node says of it, and what is refused because that version cannot do it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CHART, assert_refused, refused, render, warnings
from tests.chart.samples import Values, at, custom_network, merged, producer

VERSIONS: list[dict[str, Any]] = json.loads((CHART / "files" / "node-versions.json").read_text())
NETWORKS = json.loads((CHART / "files" / "networks.json").read_text())
DEFAULT_TAG = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
DIGEST = "sha256:" + "0" * 64
BACKENDS = ("V2InMemory", "V1InMemory", "V1LMDB", "V2LSM")
BACKEND = "cardanoNode.config.ledgerDB.backend"
OVERRIDES = "cardanoNode.config.overrides"
#: Of versions 10.x alone there is none that a public network still takes.
OWN = custom_network()


def tagged(tag: str) -> Values:
    return at("image.cardanoNode.tag", tag)


# case: values, then what the message must say: the path and the way out
REFUSED: dict[str, tuple[Values, str, str]] = {
    "a node that mainnet has left behind": (
        tagged("10.7.1-3"),
        "image.cardanoNode.tag",
        (
            "10.7.1-3 supports protocol versions up to 10, but mainnet is at 11, "
            "first supported by 11.0: this node would never follow the chain. "
            f"Set 11.0.1 or newer, or leave it null to use {DEFAULT_TAG}."
        ),
    ),
    "a node whose metric says at a standby's start that it forges": (
        merged(producer(**OWN), tagged("10.1.4")),
        "image.cardanoNode.tag",
        "the forging metric of 10.1.4 is wrong after a start as a standby",
    ),
    "a node whose metric never says that a standby forges": (
        merged(producer(**OWN), tagged("v10.2.1-3")),
        "image.cardanoNode.tag",
        "Set 10.3.0 or newer",
    ),
    "a backend of the values that the version does not have": (
        at(BACKEND, "V1InMemory"),
        BACKEND,
        (
            "V1InMemory is not a backend of cardano-node 11.0.1, which would exit at start. "
            "Set one of V2InMemory, V1LMDB, V2LSM."
        ),
    ),
    "a backend of the overrides": (
        merged(tagged("11.1.2-1"), at(OVERRIDES, {"LedgerDB": {"Backend": "V1LMDB"}})),
        OVERRIDES,
        "Set one of V2InMemory, V2LSM.",
    ),
    "a backend of a whole file": (
        at("cardanoNode.configFile", '{"LedgerDB": {"Backend": "V1InMemory"}}'),
        "cardanoNode.configFile",
        "V1InMemory is not a backend",
    ),
    "a text as interval in the values": (
        at("cardanoNode.config.ledgerDB.snapshotInterval", "DefaultSnapshotInterval"),
        "cardanoNode.config.ledgerDB.snapshotInterval",
        (
            'SnapshotInterval is "DefaultSnapshotInterval", but the node accepts only a number '
            "and would exit at start. Set a number, or remove it to use the node's default."
        ),
    ),
    "a text as interval in the overrides": (
        at(OVERRIDES, {"LedgerDB": {"SnapshotInterval": "4320"}}),
        OVERRIDES,
        'SnapshotInterval is "4320"',
    ),
    "a text as interval in the form of 11.1": (
        at(OVERRIDES, {"LedgerDB": {"Snapshots": {"SnapshotInterval": "Daily"}}}),
        OVERRIDES,
        'SnapshotInterval is "Daily"',
    ),
    "a text as interval in the form before there was a LedgerDB": (
        at(OVERRIDES, {"SnapshotInterval": "4320"}),
        OVERRIDES,
        'SnapshotInterval is "4320"',
    ),
    "a text as number of snapshots in a whole file": (
        at("cardanoNode.configFile", '{"LedgerDB": {"NumOfDiskSnapshots": "2"}}'),
        "cardanoNode.configFile",
        'NumOfDiskSnapshots is "2"',
    ),
    "something else as the size of a query": (
        at(OVERRIDES, {"LedgerDB": {"QueryBatchSize": [1]}}),
        OVERRIDES,
        "QueryBatchSize is [1]",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    assert_refused(*REFUSED[case])


@pytest.mark.parametrize("network", NETWORKS)
def test_the_default_node_is_one_that_every_public_network_takes(network: str) -> None:
    values = at("cardanoNode.network", network)
    assert render(values).container("cardano-node")["image"].endswith(f":{DEFAULT_TAG}")
    assert not warnings(values)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("tag", ["10.5.3", "10.6.4-1", "10.7", "10.7.0", "v10.7.1-2", "10.7.1-pre"])
def test_a_node_that_a_public_network_has_left_behind_is_refused(network: str, tag: str) -> None:
    (line,) = refused(merged(at("cardanoNode.network", network), tagged(tag)))
    assert line.startswith(f"image.cardanoNode.tag: {tag} supports protocol versions up to 10")
    assert f"but {network} is at 11" in line


@pytest.mark.parametrize("tag", ["main", "latest", "7f3e832", "10.7abc", "pr-10.7.1", "11.0.1-1"])
def test_a_tag_that_says_no_older_version_is_accepted(tag: str) -> None:
    assert not warnings(tagged(tag))


@pytest.mark.parametrize(
    "own",
    [
        {"tag": "10.7.1", "digest": DIGEST},
        # Another program has versions of its own.
        {"tag": "0.9.1", "repository": "registry.example.com/dingo"},
    ],
)
def test_a_digest_or_another_program_says_no_version(own: Values) -> None:
    assert not warnings(at("image.cardanoNode", own))


def test_the_protocol_of_a_network_of_ones_own_is_not_known() -> None:
    assert not refused(merged(OWN, tagged("10.5.3")))


def test_a_lower_minimum_of_the_users_makes_no_old_node_follow_the_chain() -> None:
    lower = at("cardanoNode.config.minNodeVersion", "10.5.1")
    assert len(refused(merged(lower, tagged("10.5.3")))) == 1


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("facts", VERSIONS, ids=lambda facts: facts["version"])
def test_a_version_takes_its_own_backends_alone(facts: dict[str, Any], backend: str) -> None:
    values = merged(OWN, merged(tagged(facts["version"]), at(BACKEND, backend)))
    assert bool(refused(values)) is (backend not in facts["ledgerDB"]["backends"])


@pytest.mark.parametrize(
    ("tag", "like"),
    [("10.4.1", "10.6"), ("10.7.9-1", "10.7.1"), ("11.0.1-1", "11.0"), ("11.10.0", "11.1")],
)
def test_a_version_that_is_not_in_the_table_is_as_the_one_before_it(tag: str, like: str) -> None:
    (facts,) = [facts for facts in VERSIONS if facts["version"] == like]
    unheard = at(OVERRIDES, {"LedgerDB": {"Backend": "V3Quantum"}})
    (line,) = refused(merged(OWN, merged(tagged(tag), unheard)))
    assert line.endswith(f"Set one of {', '.join(facts['ledgerDB']['backends'])}.")


def test_the_backends_of_an_unknown_version_are_not_known() -> None:
    assert not refused(merged(tagged("main"), at(BACKEND, "V1InMemory")))


@pytest.mark.parametrize(
    "ledger",
    [
        {"SnapshotInterval": 4320},
        {"SnapshotInterval": None},
        {"Snapshots": {"SnapshotInterval": 4320, "NumOfDiskSnapshots": 2}},
        # A policy of 11.1's by its name.
        {"Snapshots": "Mithril"},
    ],
)
def test_numbers_and_none_are_accepted(ledger: dict[str, Any]) -> None:
    assert not refused(at(OVERRIDES, {"LedgerDB": ledger}))


def test_what_a_config_map_says_is_not_seen() -> None:
    ledger = {"backend": "V1InMemory", "snapshotInterval": "DefaultSnapshotInterval"}
    unseen = {"ledgerDB": ledger, "overrides": {"SnapshotInterval": "4320"}}
    assert not refused(at("cardanoNode", {"configMap": "mine", "config": unseen}))


@pytest.mark.parametrize("ledger", [None, "V2InMemory", []])
def test_a_ledger_db_that_is_no_mapping_is_left_to_the_node(ledger: Any) -> None:
    assert not refused(at("cardanoNode.configFile", json.dumps({"LedgerDB": ledger})))


LSM = at(BACKEND, "V2LSM")
LOCALHOST = {"type": "Localhost", "localhostProfile": "io-uring.json"}


def test_the_backend_that_needs_io_uring_is_warned_of_where_seccomp_blocks_it() -> None:
    for place, values in {
        BACKEND: LSM,
        OVERRIDES: at(OVERRIDES, {"LedgerDB": {"Backend": "V2LSM"}}),
        "cardanoNode.configFile": at(
            "cardanoNode.configFile", '{"LedgerDB": {"Backend": "V2LSM"}}'
        ),
    }.items():
        said = warnings(values)
        assert said.keys() == {place}
        assert "V2LSM needs io_uring" in said[place]
        assert "Set securityContext.seccompProfile to {type: Localhost" in said[place]


@pytest.mark.parametrize(
    ("container", "pod", "warned"),
    [
        (LOCALHOST, None, False),
        (None, {"type": "RuntimeDefault"}, True),
        (None, None, False),
        ({"type": "Unconfined"}, {"type": "RuntimeDefault"}, False),
    ],
)
def test_the_profile_that_counts_is_the_containers_before_the_pods(
    container: Any, pod: Any, warned: bool
) -> None:
    profiles = merged(
        at("securityContext.seccompProfile", container),
        at("podSecurityContext.seccompProfile", pod),
    )
    assert bool(warnings(merged(LSM, profiles))) is warned


def test_nothing_else_of_the_pod_changes_with_the_version_in_the_tag() -> None:
    """The label is the chart's, so that a tag of the user's touches the image alone."""
    labels = render(producer()).statefulset["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == DEFAULT_TAG
    assert render(producer(**tagged("11.1.2-1"))).statefulset["metadata"]["labels"] == labels


def test_the_table_begins_with_the_oldest_version_and_has_no_gap_in_its_facts() -> None:
    order = [tuple(map(int, facts["version"].split("."))) for facts in VERSIONS]
    assert order == sorted(set(order))
    assert len({json.dumps(sorted(facts)) for facts in VERSIONS}) == 1
    for facts in VERSIONS:
        assert set(facts["ledgerDB"]["backends"]) <= set(BACKENDS)


@pytest.mark.parametrize(
    "values",
    [
        tagged("10.3.0"),
        merged(tagged("10.1.4"), at("image.cardanoNode.digest", DIGEST)),
        tagged("main"),
        merged(tagged("10.1.4"), at("forgeManager.nodeControl", "none")),
        merged(tagged("10.1.4"), at("forgeManager.forgingMetric", "")),
    ],
)
def test_a_metric_is_refused_only_where_it_is_known_to_be_wrong_and_read(values: Values) -> None:
    render(merged(producer(**OWN), values))

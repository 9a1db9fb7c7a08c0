"""What each version refuses in config.json and topology.json, and what it does with the rest."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

import pytest

from tests.e2e.standin.accepted_keys import check_accepted
from tests.e2e.standin.versions import VERSIONS, version_of
from tests.support.network import CustomNetwork
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GOOD: dict[str, object] = {
    "LastKnownBlockVersion-Major": 3,
    "LastKnownBlockVersion-Minor": 0,
    "TurnOnLogMetrics": True,
}
ALL = {version.name for version in VERSIONS}
BEFORE_11_1 = ALL - {"11.1"}

# What is in the configuration, and the versions that refuse it.
REFUSED_BY: dict[str, tuple[Mapping[str, object], set[str]]] = {
    "nothing else": ({}, set()),
    "V1InMemory": ({"LedgerDB": {"Backend": "V1InMemory"}}, ALL - {"10.6"}),
    "V1LMDB": ({"LedgerDB": {"Backend": "V1LMDB"}}, {"11.1"}),
    "V2InMemory": ({"LedgerDB": {"Backend": "V2InMemory"}}, set()),
    "V2LSM": ({"LedgerDB": {"Backend": "V2LSM"}}, {"10.6"}),
    "another backend": ({"LedgerDB": {"Backend": "V3"}}, ALL),
    "a text as interval": ({"LedgerDB": {"SnapshotInterval": "12h"}}, ALL),
    "a text as interval at the top": ({"SnapshotInterval": "4320"}, ALL),
    "an interval with a fraction": ({"LedgerDB": {"SnapshotInterval": 0.5}}, ALL),
    "an interval": ({"LedgerDB": {"SnapshotInterval": 4320.0}}, set()),
    "an interval of null": ({"LedgerDB": {"SnapshotInterval": None}}, set()),
    "an interval of 0": ({"LedgerDB": {"SnapshotInterval": 0}}, {"11.1"}),
    "snapshots as a text": ({"LedgerDB": {"NumOfDiskSnapshots": "2"}}, ALL),
    "named snapshots": ({"LedgerDB": {"Snapshots": "Mithril"}}, set()),
    "wrongly named snapshots": ({"LedgerDB": {"Snapshots": "Daily"}}, {"11.1"}),
    "a text in Snapshots": (
        {"LedgerDB": {"Snapshots": {"SnapshotInterval": "12h"}}},
        {"11.1"},
    ),
    "a text beside Snapshots": (
        {"LedgerDB": {"Snapshots": {}, "SnapshotInterval": "12h"}},
        BEFORE_11_1,
    ),
    "LedgerDB as a text": ({"LedgerDB": "V2InMemory"}, ALL),
    "no TurnOnLogMetrics": ({"TurnOnLogMetrics": None}, BEFORE_11_1),
    "no LastKnownBlockVersion": ({"LastKnownBlockVersion-Minor": None}, ALL),
    "a mempool": ({"MempoolCapacityBytesOverride": 200000}, set()),
    "no mempool of its own": ({"MempoolCapacityBytesOverride": "NoOverride"}, set()),
    "another text as mempool": ({"MempoolCapacityBytesOverride": "none"}, ALL),
    "one mempool timeout of three": ({"MempoolTimeoutSoft": 1}, ALL),
}


@pytest.mark.parametrize("case", REFUSED_BY)
def test_each_version_refuses_what_it_does_not_know(case: str) -> None:
    settings, expected = REFUSED_BY[case]
    assert {name for name in ALL if refuses(GOOD | dict(settings), name)} == expected


def refuses(settings: Mapping[str, object], version: str) -> bool:
    try:
        check_accepted(settings, version_of(version))
    except ValueError:
        return True
    return False


def test_a_refused_key_ends_it_by_name_and_version(home: Path) -> None:
    CustomNetwork().write(home / "config", {"LedgerDB": {"Backend": "V1LMDB"}})
    with StandinProcess.start(home, NODE_VERSION="11.0") as node:
        node.wait_until_up()
    with StandinProcess.start(home, NODE_VERSION="11.1") as node:
        assert node.wait_for_exit() == 1
    expected = "config.json: LedgerDB.Backend is 'V1LMDB'; 11.1 has V2InMemory, V2LSM"
    assert expected in node.output.splitlines()[-1]


TRUSTABLE = {"accessPoints": [{"address": "127.0.0.1", "port": 1}], "trustable": True}


@pytest.mark.parametrize(
    ("topology", "accepted"),
    [
        ({}, True),
        ({"bootstrapPeers": None}, True),
        ({"bootstrapPeers": [{"address": "127.0.0.1", "port": 1}]}, True),
        ({"bootstrapPeers": []}, False),
        ({"bootstrapPeers": [], "localRoots": [TRUSTABLE]}, True),
        ({"bootstrapPeers": [], "localRoots": [TRUSTABLE | {"trustable": False}]}, False),
        ({"bootstrapPeers": [], "localRoots": [TRUSTABLE | {"accessPoints": []}]}, False),
        ({"bootstrapPeers": "none"}, False),
    ],
)
def test_no_bootstrap_peer_in_the_list_asks_for_a_trustable_root(
    home: Path, topology: dict[str, object], accepted: bool
) -> None:
    CustomNetwork().write(home / "config")
    content: dict[str, object] = {"localRoots": [], "publicRoots": []}
    (home / "config" / "topology.json").write_text(json.dumps(content | topology))
    with StandinProcess.start(home) as node:
        if accepted:
            node.wait_until_up()
        else:
            assert node.wait_for_exit() == 1
            assert "bootstrapPeers" in node.output


CHECKPOINTS: dict[str, object] = {"checkpoints": [{"blockNo": 1, "hash": "00" * 32}]}


def with_checkpoints(
    home: Path, content: Mapping[str, object], *, digest: str | None = None
) -> None:
    text = json.dumps(content).encode()
    settings = {
        "CheckpointsFile": "checkpoints.json",
        "CheckpointsFileHash": digest or blake2b(text, digest_size=32).hexdigest(),
    }
    CustomNetwork().write(home / "config", settings)
    (home / "config" / "checkpoints.json").write_bytes(text)


def test_checkpoints_are_read_when_they_are_named(home: Path) -> None:
    with_checkpoints(home, CHECKPOINTS)
    with StandinProcess.start(home) as node:
        node.wait_until_up()


@pytest.mark.parametrize(
    ("content", "digest", "message"),
    [
        (CHECKPOINTS, "11" * 32, "expected 1111"),
        ({"checkpoints": 5}, None, "not a list"),
        ({"checkpoints": [{"blockNo": 1, "hash": "00"}]}, None, "no block number"),
        ({"checkpoints": [{"blockNo": 1, "hash": "00" * 32}] * 2}, None, "twice"),
    ],
)
def test_checkpoints_that_are_not_those_end_it(
    home: Path, content: dict[str, object], digest: str | None, message: str
) -> None:
    with_checkpoints(home, content, digest=digest)
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert "checkpoints.json: " in node.output
    assert message in node.output


def test_a_checkpoints_file_that_is_not_there_ends_it(home: Path) -> None:
    CustomNetwork().write(home / "config", {"CheckpointsFile": "checkpoints.json"})
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert "checkpoints.json: No such file" in node.output


def test_the_configuration_starts_it_non_producing(home: Path) -> None:
    CustomNetwork().write(home / "config", {"StartAsNonProducingNode": True})
    with StandinProcess.start(home, START_AS_NON_PRODUCING="false") as node:
        node.wait_until_up()
        assert node.forging_metric() == 0
        node.hang_up()
        node.wait_for_line("forging on by SIGHUP 1")
    assert "forging on at start" not in node.output


def test_the_variable_of_an_image_that_ignores_it_does_nothing(home: Path) -> None:
    ignored = {"STANDIN_IGNORE_START_AS_NON_PRODUCING": "true", "START_AS_NON_PRODUCING": "true"}
    with StandinProcess.start(home, **ignored) as node:
        node.wait_for_line("forging on at start")
        assert node.forging_metric() == 1
    CustomNetwork().write(home / "config", {"StartAsNonProducingNode": True})
    with StandinProcess.start(home, **ignored) as node:
        node.wait_until_up()
        assert node.forging_metric() == 0
    assert "forging on" not in node.output

"""The stand-in's table of versions and the chart's say the same of what both know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devkit.paths import REPOSITORY
from tests.e2e.standin.metrics_server import READ_BYTES
from tests.e2e.standin.versions import VERSIONS, NodeVersion

TABLE: list[dict[str, Any]] = json.loads(
    (REPOSITORY / "charts" / "cardano-node" / "files" / "node-versions.json").read_text()
)


def test_both_have_the_same_versions() -> None:
    assert [row["version"] for row in TABLE] == [version.name for version in VERSIONS]


PAIRS = list(zip(TABLE, VERSIONS, strict=False))


@pytest.mark.parametrize(("row", "version"), PAIRS, ids=[row["version"] for row in TABLE])
def test_a_version_is_the_same_in_both(row: dict[str, Any], version: NodeVersion) -> None:
    metrics = row["metricsServer"]
    ledger = row["ledgerDB"]
    assert row["protocolMajor"] == version.protocol_major
    assert metrics["connectionsPerSecond"] == version.metrics.accepted_per_second
    assert metrics["connectionsPerHost"] == version.metrics.open_per_host
    assert metrics["connections"] == version.metrics.open_in_all
    assert metrics["requestBytes"] == READ_BYTES - 1
    assert metrics["silenceSeconds"] == version.metrics.silence_seconds
    assert metrics["settable"] is version.metrics_settable
    assert set(ledger["backends"]) == version.ledger_backends
    assert (ledger["snapshotIntervalUnit"] == "slots") is version.ledger_snapshots
    assert ("TurnOnLogMetrics" in row["ignoredKeys"]) is not version.log_metrics_required

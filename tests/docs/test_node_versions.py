"""docs/node-versions.md against the table that the chart reads."""

from __future__ import annotations

import json
from typing import Any

from devkit.paths import REPOSITORY
from tests.docs.pages import Page
from tests.docs.values import CHART

PAGE = Page(REPOSITORY / "docs" / "node-versions.md")
VERSIONS: list[dict[str, Any]] = json.loads((CHART / "files" / "node-versions.json").read_text())
#: Row of the page: the key, or the keys, by which its cells stand in the table.
ROWS: dict[str, tuple[str, ...]] = {
    "read in": ("read",),
    "protocol version, at most": ("protocolMajor",),
    "backends of `LedgerDB`": ("ledgerDB", "backends"),
    "unit of the snapshot interval": ("ledgerDB", "snapshotIntervalUnit"),
    "tracing systems": ("tracing",),
    "metrics server: connections a second": ("metricsServer", "connectionsPerSecond"),
    "open connections of a host": ("metricsServer", "connectionsPerHost"),
    "open connections in all": ("metricsServer", "connections"),
    "bytes of a request": ("metricsServer", "requestBytes"),
    "seconds of silence": ("metricsServer", "silenceSeconds"),
    "settable by `TracePrometheusSimpleRun`": ("metricsServer", "settable"),
    "keys that it ignores": ("ignoredKeys",),
}


def leaves(facts: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """What a row of the table says, by the keys that lead there."""
    if not isinstance(facts, dict):
        return {path: facts}
    return {k: v for key, one in facts.items() for k, v in leaves(one, (*path, key)).items()}


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)


def table() -> list[str]:
    """The page's table as it must stand."""
    header = ["", *(facts["version"] for facts in VERSIONS)]
    rows = [
        [name, *(cell(leaves(facts)[path]) for facts in VERSIONS)] for name, path in ROWS.items()
    ]
    lines = [f"| {' | '.join(row)} |" for row in [header, *rows]]
    return [lines[0], "|---" * len(header) + "|", *lines[1:]]


def test_the_page_has_what_the_chart_reads() -> None:
    text = PAGE.text.partition("\n## By version\n")[2].partition("\n## ")[0]
    shown = [line for line in text.splitlines() if line.startswith("|")]
    assert shown == table(), "write the table as:\n" + "\n".join(table())


def test_every_fact_of_the_table_has_a_row() -> None:
    for facts in VERSIONS:
        assert set(leaves(facts)) == {("version",), *ROWS.values()}

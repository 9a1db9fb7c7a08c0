"""Names of metrics: those that docs/metrics.md and docs/node-metrics.md list, those of a page, and
those in a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

_TABLE = Path(__file__).parents[2] / "docs" / "metrics.md"
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\| ([^|]+) \|$", re.MULTILINE)
_NAME = re.compile(r"\bcardano_\w+")
_STRING = re.compile(r'"[^"]*"')
_NODE_TABLE = Path(__file__).parents[2] / "docs" / "node-metrics.md"
_NODE_ROW = re.compile(r"^\| `(cardano_node_metrics_\w+)` \|", re.MULTILINE)
# A metric of the node's, with its ending or, under nosuffix, without.
_NODE_NAME = re.compile(r'\b__name__=~"(cardano_node_metrics_\w+)\((_int|_counter|_real)\)\?"')


@dataclass(frozen=True)
class Row:
    """A metric as the document says it is."""

    type: str
    labels: frozenset[str]


def documented() -> dict[str, Row]:
    """The table, by name; a name that stands twice fails."""
    rows = _ROW.findall(_TABLE.read_text())
    found = {
        name: Row(kind, frozenset(filter(None, labels.replace(" ", "").split(","))))
        for name, kind, labels, _ in rows
    }
    assert len(found) == len(rows), "docs/metrics.md lists a metric twice"
    return found


def node_metrics() -> set[str]:
    """The node's metrics as docs/node-metrics.md lists them; a name that stands twice fails."""
    found = _NODE_ROW.findall(_NODE_TABLE.read_text())
    assert len(set(found)) == len(found), "docs/node-metrics.md lists a metric twice"
    return set(found)


def shown(page: str) -> dict[str, Row]:
    """Every metric of a page, as the table would have it."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
    labels: dict[str, set[str]] = {name: set() for name in types}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            name = re.sub(r"_(bucket|sum|count)$", "", sample.name)
            labels[name if name in types else sample.name] |= sample.labels.keys() - {"le"}
    return {name: Row(kind, frozenset(labels[name])) for name, kind in types.items()}


def series() -> set[str]:
    """The names that a query may use: a histogram's with their endings, the node's with theirs."""
    names = node_metrics()
    for name, row in documented().items():
        endings = ("_bucket", "_sum", "_count") if row.type == "histogram" else ("",)
        names |= {name + ending for ending in endings}
    return names


def used(query: str) -> set[str]:
    """The metrics of a query; one of the node's that is not asked for in both forms is unknown."""
    of_the_node = {name + ending for name, ending in _NODE_NAME.findall(query)}
    return of_the_node | set(_NAME.findall(_STRING.sub('""', query)))

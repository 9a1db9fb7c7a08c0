"""Names of metrics: those that docs/metrics.md lists, and those in a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_TABLE = Path(__file__).parents[2] / "docs" / "metrics.md"
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\| ([^|]+) \|$", re.MULTILINE)
_NAME = re.compile(r"\bcardano_\w+")
_STRING = re.compile(r'"[^"]*"')


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


def series() -> set[str]:
    """The names that a query may use: a histogram's with their endings."""
    names = set()
    for name, row in documented().items():
        endings = ("_bucket", "_sum", "_count") if row.type == "histogram" else ("",)
        names |= {name + ending for ending in endings}
    return names


def used(query: str) -> set[str]:
    """The metrics of a PromQL query."""
    return set(_NAME.findall(_STRING.sub('""', query)))

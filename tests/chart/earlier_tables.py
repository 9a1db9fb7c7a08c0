"""What other charts' values are, by the tables beside this file: paths and values, as JSON."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any

from tests.chart.rendering import CHART
from tests.chart.samples import Values, at, merged

# Values that versions of the earlier chart had and its newest has not: versions, and what replaces
# each, by dotted path.
OLDER: dict[str, dict[str, str]] = json.loads((CHART / "files" / "earlier-values.json").read_text())


def rows(name: str) -> list[tuple[str, ...]]:
    """The rows of a table; a comment and a heading precede them."""
    lines = Path(__file__).with_name(name).read_text().splitlines()[2:]
    return [tuple(line.split("\t")) for line in lines]


def file_of(values: dict[str, Any]) -> Values:
    """The file of values in which each path (dotted) has the value given."""
    return reduce(merged, (at(path, value) for path, value in values.items()), {})


def examples() -> dict[str, Values]:
    """The seven examples of the earlier chart, as the files that users copied."""
    found: dict[str, dict[str, Any]] = {}
    for name, path, value in rows("earlier-examples.tsv"):
        found.setdefault(name, {})[path] = json.loads(value)
    return {name: file_of(values) for name, values in found.items()}

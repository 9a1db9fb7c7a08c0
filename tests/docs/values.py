"""Values of the chart as the pages name and show them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml

from devkit.paths import REPOSITORY
from tests.docs.pages import Block, Page

CHART = REPOSITORY / "charts" / "cardano-node"
Values = dict[str, Any]


@cache
def schema() -> Values:
    """Return the chart's schema."""
    found: Values = json.loads((CHART / "values.schema.json").read_text())
    return found


def shown_values(block: Block) -> Values | None:
    """Return the values that a block shows; None when it shows something else."""
    try:
        found = yaml.safe_load("\n".join(block.lines))
    except yaml.YAMLError:
        return None
    if isinstance(found, dict) and found.keys() <= schema()["properties"].keys():
        return found
    return None


def my_values() -> str:
    """Return the values that the README has a newcomer write."""
    name = "# my-pool.yaml"
    blocks = Page(REPOSITORY / "README.md").blocks
    (found,) = [block for block in blocks if block.lines[0] == name]
    return "\n".join(found.lines)

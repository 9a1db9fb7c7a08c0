"""What is rendered for a public network against its official files: a difference has its reason.

The files in official/ are those of cardano-node (mainnet: release 11.0.1, and the branch that
prepared 11.1) and of the environments' site (preprod and preview, February 2026), as data. The
reasons are the table of docs/node-configuration.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.chart.rendering import ROOT, render
from tests.chart.samples import Values, at, merged, producer

OFFICIAL = {path.stem: path for path in sorted(Path(__file__).with_name("official").glob("*.json"))}
PAGE = ROOT / "docs" / "node-configuration.md"


class Reason(NamedTuple):
    """A row of the table: patterns of keys, patterns of files, and why they differ."""

    keys: list[str]
    files: list[str]
    why: str

    def speaks_of(self, file: str) -> bool:
        """Tell whether the row is about this official file."""
        return any(fnmatchcase(file, pattern) for pattern in self.files)


def reasons() -> list[Reason]:
    """The rows of the page's last table."""
    rows = PAGE.read_text().partition("|---|---|---|\n")[2].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return [Reason(_code(keys), _code(files), why) for keys, files, why in cells]


def _code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def leaves(value: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every entry that is no further mapping, by its path; a list is one entry."""
    for key, entry in value.items():
        here = f"{path}/{key}" if path else key
        if isinstance(entry, dict) and entry:
            yield from leaves(entry, here)
        else:
            yield here, entry


@cache
def differences(file: str) -> frozenset[str]:
    """Keys that only one of the two has, or that they have with different values."""
    official = dict(leaves(json.loads(OFFICIAL[file].read_text())))
    network, kind, *_ = file.split("-")
    role: Values = producer() if "-bp-" in file else {}
    rendered = render(merged(role, at("cardanoNode.network", network)))
    own = dict(leaves(rendered.topology() if kind == "topology" else rendered.node_config()))
    missing = object()
    keys = official.keys() | own.keys()
    return frozenset(k for k in keys if official.get(k, missing) != own.get(k, missing))


@pytest.mark.parametrize("file", OFFICIAL)
def test_every_difference_has_its_reason(file: str) -> None:
    known = [key for reason in reasons() if reason.speaks_of(file) for key in reason.keys]
    unknown = [
        key for key in sorted(differences(file)) if not any(fnmatchcase(key, k) for k in known)
    ]
    assert not unknown, f"{file}: {unknown}"


@pytest.mark.parametrize("reason", reasons(), ids=lambda reason: " ".join(reason.keys))
def test_every_reason_is_of_a_difference_that_there_is(reason: Reason) -> None:
    assert reason.why
    for pattern in reason.files:
        files = [file for file in OFFICIAL if fnmatchcase(file, pattern)]
        assert files, f"no official file is named {pattern}"
        for file in files:
            untrue = [
                key
                for key in reason.keys
                if not any(fnmatchcase(found, key) for found in differences(file))
            ]
            assert not untrue, f"{file} no longer differs in {untrue}"

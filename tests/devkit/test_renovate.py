"""renovate.json finds what it is to watch."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from devkit import paths

ROOT = paths.REPOSITORY
CONFIG: dict[str, Any] = json.loads((ROOT / "renovate.json").read_text())
CHART = ROOT / "charts" / "cardano-node"
(NODE,) = CONFIG["customManagers"]


def there(pattern: str) -> set[str]:
    """The files of the repository with such a name; those of tools that were fetched left out."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob(pattern) if path.is_file())
    return {str(path) for path in found if path.parts[0] not in (".tools", ".git")}


#: Manager: the files that it has to read.
WATCHED: dict[str, set[str]] = {
    "custom.regex": {"charts/cardano-node/Chart.yaml"},
    "dockerfile": there("Dockerfile"),
    "github-actions": {name for name in there("*.yml") if Path(name).parts[0] == ".github"},
    "gomod": there("go.mod"),
    "pep621": {"sidecar/pyproject.toml"},
    "pip_requirements": there("requirements.txt"),
}


def in_python(expression: str) -> str:
    """An expression of JavaScript's with its named groups as Python spells them."""
    return expression.replace("(?<", "(?P<")


def patterns(manager: str) -> list[str]:
    part = NODE if manager == "custom.regex" else CONFIG[manager]
    return [str(one) for one in part["managerFilePatterns"]]


@pytest.mark.parametrize("manager", WATCHED)
def test_a_manager_reads_the_files_that_are_its_own(manager: str) -> None:
    # Between slashes it is an expression, and otherwise a glob.
    expressions = [
        pattern[1:-1] for pattern in patterns(manager) if pattern[0] == pattern[-1] == "/"
    ]
    assert len(expressions) == len(patterns(manager))
    unread = {
        file for file in WATCHED[manager] if not any(re.search(one, file) for one in expressions)
    }
    assert WATCHED[manager]
    assert not unread
    for one in expressions:
        assert any(re.search(one, file) for file in WATCHED[manager]), f"{one} finds nothing"


def test_every_manager_is_one_that_is_enabled() -> None:
    assert set(CONFIG["enabledManagers"]) == set(WATCHED)


def test_the_default_tag_of_the_node_is_found_with_its_image() -> None:
    (expression,) = NODE["matchStrings"]
    chart = (CHART / "Chart.yaml").read_text()
    found = re.findall(in_python(expression), chart)
    assert found == [yaml.safe_load(chart)["appVersion"]]
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert NODE["depNameTemplate"] == values["image"]["cardanoNode"]["repository"]


def test_a_later_revision_is_a_newer_tag_and_other_tags_are_none() -> None:
    kind, _, expression = NODE["versioningTemplate"].partition(":")
    assert kind == "regex"

    def version(tag: str) -> tuple[int, ...] | None:
        found = re.match(in_python(expression), tag)
        return tuple(map(int, found.groups())) if found else None

    tags = ["10.7.1-3", "11.0.1-1", "11.0.1-2", "11.1.2-1", "11.10.0-1"]
    known = [found for tag in tags if (found := version(tag))]
    assert known == sorted(known)
    assert len(known) == len(tags)
    assert not [tag for tag in ("11.0.1", "11.0", "main", "11.1.0-pre-1") if version(tag)]


def test_a_rule_is_about_what_is_watched() -> None:
    for rule in CONFIG["packageRules"]:
        assert set(rule.get("matchManagers", [])) <= set(WATCHED), rule
        assert set(rule.get("matchDepNames", [])) <= {NODE["depNameTemplate"]}, rule

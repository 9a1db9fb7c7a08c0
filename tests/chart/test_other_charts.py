"""The way from other public charts: each value of theirs has a row, and what it says renders."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.chart.earlier_tables import file_of, rows
from tests.chart.rendering import ROOT, render
from tests.chart.samples import SIGNER, at, defaults, merged, producer
from tests.chart.test_valid_objects import VERSIONS, validate
from tests.docs.pages import Page

PAGE = Page(ROOT / "docs" / "from-other-charts.md")
# In the order of the page's tables.
CHARTS = ("blinklabs", "easy1staking")
TABLES = dict(
    zip(CHARTS, (table[1:] for table in PAGE.tables if table[0][0] == "theirs"), strict=True)
)
ROWS = [(chart, *row) for chart, table in TABLES.items() for row in table]
# In which everything is on that a sample may be about.
ALL = producer(**merged(SIGNER, at("monitoring.podMonitor.enabled", True)))


def codes(cell: str) -> list[str]:
    """The pieces of inline code in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def samples(cell: str) -> dict[str, Any]:
    """The values that a cell gives, by path; a sample is YAML."""
    pairs = [code.partition(": ") for code in codes(cell)]
    return {path: yaml.safe_load(value) for path, _, value in pairs}


@pytest.mark.parametrize("chart", CHARTS)
def test_every_value_of_theirs_has_a_row(chart: str) -> None:
    named = [path for theirs, *_ in TABLES[chart] for path in codes(theirs)]
    theirs = [path for name, path, _ in rows("other-charts.tsv") if name == chart]
    assert sorted(named) == sorted(theirs)


@pytest.mark.parametrize(
    ("chart", "theirs", "here", "note"), ROWS, ids=[f"{chart}: {row}" for chart, row, *_ in ROWS]
)
def test_a_row_names_values_that_render(chart: str, theirs: str, here: str, note: str) -> None:
    values = samples(here)
    assert values or note, f"{chart}, {theirs}: neither a value nor why there is none"
    for path in values:
        found: Any = defaults()
        for key in path.split("."):
            assert key in found, f"{chart}, {theirs}: {path} is no value of this chart"
            found = found[key]
    for version in VERSIONS:
        for item in render(file_of(values), kube_version=f"{version}.0").objects:
            validate(item, version)


@pytest.mark.parametrize(
    ("chart", "theirs", "here", "note"), ROWS, ids=[f"{chart}: {row}" for chart, row, *_ in ROWS]
)
def test_a_row_changes_something_or_says_that_it_may_be_left_out(
    chart: str, theirs: str, here: str, note: str
) -> None:
    values = file_of(samples(here))
    changes = any(
        render(merged(base, values)).objects != render(base).objects for base in ({}, ALL)
    )
    assert changes or not values or "leave" in note, f"{chart}, {theirs}"


def test_a_producer_is_released_when_no_pod_of_the_old_one_is_left() -> None:
    steps = PAGE.text.partition("## A block producer")[2].partition("\n## ")[0]
    order = ["holdForging=true", "--replicas=0", "--for=delete", "get pod", "uninstall", "=false"]
    places = [steps.index(step) for step in order]
    assert places == sorted(places)

"""Values of older versions of the earlier chart are refused by name, with what replaces them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.chart.earlier_tables import OLDER
from tests.chart.rendering import RefusedError, refused, render
from tests.chart.samples import at, defaults
from tests.chart.test_earlier_values import EARLIER
from tests.chart.test_every_value_counts import other
from tests.chart.test_schema import SCHEMA

# As the versions 0.1.9, 0.2.0 and 0.2.1 had them.
DEFAULTS: dict[str, Any] = {
    "persistence.enabled": True,
    "persistence.storageClass": "",
    "persistence.accessMode": "ReadWriteOnce",
    "persistence.size": "200Gi",
    "persistence.annotations": {},
    "persistence.existingClaim": "",
}


def test_they_are_those_of_the_versions_that_the_newest_has_no_more() -> None:
    assert set(OLDER) == set(DEFAULTS)
    assert not set(OLDER) & set(EARLIER)


@pytest.mark.parametrize("path", OLDER)
def test_it_is_refused_with_what_replaces_it(path: str) -> None:
    instead = OLDER[path]["instead"]
    for value in (DEFAULTS[path], other(instead, DEFAULTS[path])):
        (line,) = refused(at(path, value))
        assert (
            line == f"{path}: from an earlier version of the chart (0.1.9 to 0.2.1). Set {instead}."
        )


@pytest.mark.parametrize("path", OLDER)
def test_what_replaces_it_takes_the_same_value(path: str) -> None:
    instead = OLDER[path]["instead"]
    assert instead in EARLIER
    assert render(at(instead, DEFAULTS[path])).statefulset


@pytest.mark.parametrize("path", OLDER)
def test_null_is_as_if_it_were_not_there(path: str) -> None:
    assert render(at(path, None)).objects == render().objects


def test_all_are_said_at_once() -> None:
    values = {path.partition(".")[2]: value for path, value in DEFAULTS.items()}
    assert len(refused({"persistence": values})) == len(OLDER)


def test_the_schema_lets_through_these_and_no_others() -> None:
    let_through = set()
    for parent in {path.rpartition(".")[0] for path in OLDER}:
        entry = SCHEMA
        for key in parent.split("."):
            entry = entry["properties"][key]
        assert entry["additionalProperties"] is False
        for pattern in entry["patternProperties"]:
            keys = re.fullmatch(r"\^\(([a-zA-Z|]+)\)\$", pattern)
            assert keys
            let_through |= {f"{parent}.{key}" for key in keys[1].split("|")}
    assert let_through == set(OLDER)


@pytest.mark.parametrize("key", ["sizes", "Size", "xsize", "ledgers"])
def test_a_misspelt_neighbour_is_refused_by_the_schema(key: str) -> None:
    with pytest.raises(RefusedError, match=f"additional properties '{key}' not allowed"):
        render(at(f"persistence.{key}", "9Gi"))


def test_an_editor_is_not_offered_them() -> None:
    assert not set(OLDER) & {
        f"persistence.{key}" for key in SCHEMA["properties"]["persistence"]["properties"]
    }
    assert set(defaults()["persistence"]) == {"ledger", "socket", "retentionPolicy"}

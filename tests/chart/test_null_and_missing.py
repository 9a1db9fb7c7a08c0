"""A value that is null, or that an earlier chart's defaults lack, is decided by the chart.

Helm drops a default that a user sets to null, and `helm upgrade --reuse-values` renders with the
defaults of the chart that was installed before: for a template both are a key that is missing.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import BY_CHECK, CHART, RefusedError, Rendered, render
from tests.chart.samples import Values, at, defaults, merged, producer
from tests.chart.strategies import BASES

pytestmark = pytest.mark.sweep

FALLBACK = json.loads((CHART / "files" / "defaults.json").read_text())
DUMP = """\
{{- $whole := dict }}{{ include "cardano-node.wholeContext" (dict "root" . "into" $whole) }}
kind: Dump
metadata:
  name: values
values: {{ toJson $whole.Values | quote }}
as-before: {{ toJson .Values | quote }}
"""


def paths(values: Values, above: str = "") -> Iterator[str]:
    """Every value that values.yaml sets, and every mapping of them."""
    for key, value in values.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from paths(value, f"{above}{key}.")


def pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: pruned(inner) for key, inner in value.items() if inner is not None}
    return value


def value_at(values: Values, path: str) -> Any:
    """What stands there, None for nothing."""
    value: Any = values
    for key in path.split("."):
        value = value.get(key)
    return value


def all_at(paths: list[str], value: Any) -> Values:
    return reduce(merged, (at(path, value) for path in paths), {})


def without(values: Values, path: str) -> Values:
    key, _, rest = path.partition(".")
    left = {name: value for name, value in values.items() if name != key}
    return {**left, key: without(values[key], rest)} if rest else left


def has(values: Values, path: str) -> bool:
    key, _, rest = path.partition(".")
    return key in values and (not rest or has(values[key], rest))


PATHS = [*paths(defaults())]
#: Of these, parts can be taken away by null.
WITHIN_WHOLE = [
    path for path in PATHS if any(path.startswith(f"{whole}.") for whole in FALLBACK["whole"])
]
#: Where null says "none", as the schema allows it to; a key that is missing says the same.
MEANT = [
    path
    for path in PATHS
    if has(pruned(defaults()), path) and not has(FALLBACK["nested"], path)
    if not any(f"{path}.".startswith(f"{whole}.") for whole in FALLBACK["whole"])
]


def test_null_has_a_meaning_of_its_own_where_this_is_known() -> None:
    tracing = [path for path in MEANT if path.startswith("cardanoNode.config.traceOptions.")]
    assert sorted({*MEANT} - {*tracing}) == [
        "autoscaling.targetCPUUtilizationPercentage",
        "autoscaling.targetMemoryUtilizationPercentage",
        "podDisruptionBudget.minAvailable",
    ]


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chart that shows what the templates of ours read."""
    chart = tmp_path_factory.mktemp("dump") / "cardano-node"
    (chart / "templates").mkdir(parents=True)
    for name in ("Chart.yaml", "values.yaml", "files", "templates/_values.tpl"):
        copy = shutil.copytree if (CHART / name).is_dir() else shutil.copy
        copy(CHART / name, chart / name)
    (chart / "templates" / "dump.yaml").write_text(DUMP)
    return chart


def read(chart: Path, values: Values) -> tuple[Values, Values]:
    """What the templates read, and what Helm has; without the nulls, which read as missing."""
    shown = render(values, chart=chart).get("Dump", "values")
    return pruned(json.loads(shown["values"])), pruned(json.loads(shown["as-before"]))


def test_a_default_that_is_null_is_still_the_default(dump: Path) -> None:
    usual, given = read(dump, {})
    assert usual == given
    mappings = [path for path in PATHS if any(each.startswith(f"{path}.") for each in PATHS)]
    others = [path for path in PATHS if path not in (*mappings, *WITHIN_WHOLE)]
    for nulls in (others, *([path] for path in mappings if path not in WITHIN_WHOLE)):
        expected = usual
        for each in MEANT:
            below = any(f"{each}.".startswith(f"{path}.") for path in nulls)
            if below and has(expected, each):
                expected = without(expected, each)
        found, _ = read(dump, all_at(nulls, None))
        assert found == expected, nulls


def test_what_a_user_says_wins_be_it_empty_or_false(dump: Path) -> None:
    usual, _ = read(dump, {})
    others: Values = {}
    for path in PATHS:
        value = value_at(usual, path)
        other: Any = {bool: not value, str: "", int: 0, list: ["mine"]}.get(type(value))
        if other is not None:
            others = merged(others, at(path, other))
    found, _ = read(dump, others)
    assert found == merged(usual, others)
    assert found != usual


def test_nothing_is_written_into_the_values_that_other_templates_read(dump: Path) -> None:
    changed = at("podSecurityContext", None)
    shown = render(changed, chart=dump).get("Dump", "values")
    assert "podSecurityContext" in json.loads(shown["values"])
    assert "podSecurityContext" not in json.loads(shown["as-before"])


@pytest.mark.parametrize("path", WITHIN_WHOLE)
def test_a_part_of_what_kubernetes_defines_is_taken_away_by_null(path: str) -> None:
    for base in (producer(), merged(producer(), {"submitApi": {"enabled": True}})):
        rendered_or_refused(merged(base, at(path, None)))


@pytest.mark.parametrize("base", BASES, ids=str)
def test_a_chart_without_defaults_of_its_own_renders_the_same(base: Values, tmp_path: Path) -> None:
    """All that --reuse-values may lack is missing at once; but where null has a meaning."""
    chart = tmp_path / "cardano-node"
    shutil.copytree(CHART, chart)
    (chart / "values.yaml").write_text("{}")
    options = defaults()["cardanoNode"]["config"]["traceOptions"]
    traced = merged(base, at("cardanoNode.config.traceOptions", options))
    assert render(traced, chart=chart).objects == render(base).objects


@pytest.mark.parametrize(
    "template",
    [each for each in sorted((CHART / "templates").rglob("*")) if each.suffix in (".yaml", ".txt")],
    ids=lambda each: each.name,
)
def test_a_template_reads_the_whole_values_alone(template: Path) -> None:
    """Where `$` is Helm's own context, whose values may lack a default."""
    assert not re.findall(r"\$(?=[\s.)}])", template.read_text())


def rendered_or_refused(values: Values) -> Rendered | None:
    """The objects, without a trace of a value that is missing; None where a check refuses."""
    try:
        found = render(values)
    except RefusedError as refusal:
        assert BY_CHECK in str(refusal), refusal
        return None
    text = json.dumps(found.objects)
    assert "<nil>" not in text
    assert "%!" not in text
    return found

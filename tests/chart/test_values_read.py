"""What a template reads of the values is there: a misspelled one would be empty, and silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chart.rendering import CHART
from tests.chart.samples import defaults

VALUES = defaults()
TEMPLATES = sorted((CHART / "templates").rglob("*.*"))
_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_PATH = r"[\w.]*\w"
_ALIAS = re.compile(rf"\{{\{{-? (\$\w+) := [$.\w]*\.Values\.({_PATH}) ?-?\}}\}}")


def reads(text: str) -> Iterator[str]:
    """The dotted paths that a define reads, by name or by a variable that stands for a part."""
    for found in re.finditer(rf"\.Values\.({_PATH})", text):
        yield found[1]
    for variable, path in _ALIAS.findall(text):
        for found in re.finditer(rf"{re.escape(variable)}\.({_PATH})", text):
            yield f"{path}.{found[1]}"


def there(path: str) -> bool:
    """Whether the path is one of the chart's, or within what the user alone fills."""
    found: Any = VALUES
    for key in path.split("."):
        if isinstance(found, dict) and key in found:
            found = found[key]
        else:
            # Kubernetes' fields of a probe, for one, have no defaults.
            return found in ({}, None) or path.startswith("healthChecks.")
    return True


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_value_that_a_template_reads_is_one_of_the_charts(template: Any) -> None:
    text = _COMMENT.sub("", template.read_text())
    for define in re.split(r"\{\{-? define ", text):
        for path in reads(define):
            assert there(path), f"{template.name} reads {path}, which is not in values.yaml"


def test_a_path_is_followed_by_name_and_by_variable() -> None:
    text = "{{- $node := $.Values.cardanoNode -}} {{ $node.config.no }} {{ if .Values.no }}"
    assert list(reads(text)) == ["cardanoNode", "no", "cardanoNode.config.no"]
    assert not there("cardanoNode.config.no")
    assert there("podSpec.anything")

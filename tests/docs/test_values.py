"""Values that a page names or shows are values of the chart, and docs/values.md has all of them."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from functools import cache

import jsonschema
import pytest
import yaml

import valuescomments
import valuesdefaults
import valuespage
from devkit.paths import REPOSITORY
from tests.docs.commands import commands
from tests.docs.pages import Block, Page, pages
from tests.docs.values import CHART, schema, shown_values

BLOCKS = [block for page in pages() for block in page.blocks]
DRAWING = re.compile(r"──|--[->]|\|--|->\|")
#: What a command prints, an object of Kubernetes' own, and Alertmanager's configuration.
SHOWN = re.compile(
    r"^NAME +[A-Z]|^kind: |^node http:|^(?:route|receivers|inhibit_rules):", re.MULTILINE
)
DOTTED = re.compile(r"^[a-z]\w*(?:\.[\w*-]+(?:\[\])?)+$")
PAGE = REPOSITORY / "docs" / "values.md"


def above(path: str) -> list[str]:
    """The path, and each of the mappings it is in."""
    return [path.rsplit(".", n)[0] for n in range(path.count(".") + 1)]


@cache
def known() -> tuple[set[str], set[str]]:
    """The paths that a value file may have, and those of mappings with keys of anybody's choice."""
    rows = [(row.path.replace("[]", ""), row.type) for row in valuespage.rows(schema(), {})]
    free = {leaf for leaf, kind in rows if "mapping" in kind}
    return {one for leaf, _ in rows for one in above(leaf)}, free


def exists(path: str) -> bool:
    """Tell whether a value file may have this path (`*` stands for anything)."""
    paths, free = known()
    asked = path.replace("[]", "")
    if asked in paths or not free.isdisjoint(above(asked)):
        return True
    return any(fnmatch(one, asked) for one in paths)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_value_that_is_named_exists(page: Page) -> None:
    named = [(line, code.split(":")[0]) for line, code in page.code_of_ours]
    missing = [
        f"{page.name}:{line}: `{path}` is no value of the chart"
        for line, path in named
        if DOTTED.match(path) and path.split(".")[0] in schema()["properties"] and not exists(path)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.where)
def test_a_block_is_of_commands_or_of_valid_values_or_a_drawing(block: Block) -> None:
    text = "\n".join(block.lines)
    if commands(block) or DRAWING.search(text) or SHOWN.search(text):
        return
    shown = shown_values(block)
    assert shown is not None, f"{block.where}: neither commands, values of the chart nor a drawing"
    faults = [fault.message for fault in jsonschema.Draft7Validator(schema()).iter_errors(shown)]
    assert not faults, f"{block.where}: {faults}"


def test_the_page_of_values_is_what_the_chart_says() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert PAGE.read_text() == valuespage.document(schema(), values), "run: make docs"


def test_what_templates_fall_back_on_is_what_values_yaml_says() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    text = (CHART / "files" / "defaults.json").read_text()
    assert text == valuesdefaults.document(schema(), values), "run: make docs"


def test_what_stands_above_a_value_is_what_the_schema_says() -> None:
    text = (CHART / "values.yaml").read_text()
    assert text == valuescomments.commented(text, schema()), "run: make docs"


def test_every_default_is_on_the_page_of_values() -> None:
    """The schema's walk passes nothing over that values.yaml sets."""

    def leaves(value: object, path: str) -> list[str]:
        if isinstance(value, dict) and value:
            return [leaf for key, one in value.items() for leaf in leaves(one, f"{path}.{key}")]
        return [path.removeprefix(".")]

    listed = set(re.findall(r"^\| `([^`]+)`", PAGE.read_text(), re.MULTILINE))
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    lost = [path for path in leaves(values, "") if listed.isdisjoint(above(path))]
    assert not lost

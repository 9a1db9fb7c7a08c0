"""docs/house.md against the code: its drawing, its rooms, and every stop of its journeys."""

from __future__ import annotations

import ast
import re

import pytest

import house
from devkit.paths import REPOSITORY
from tests.docs.pages import Page

PAGE = Page(REPOSITORY / "docs" / "house.md")
STOPS = [
    (line, *code.split("::"))
    for line, code in PAGE.inline_code
    if re.fullmatch(r"[\w./-]+\.\w+::[\w.-]+", code)
]
JOURNEYS = PAGE.text.split("\n## Journey: ")[1:]


def names(source: str) -> set[str]:
    """The functions and classes of a module, its methods as CLASS.METHOD."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            found |= {f"{node.name}.{method.name}" for method in methods}
    return found


def test_the_drawing_is_of_the_code() -> None:
    assert house.drawing() in PAGE.text, "run: make docs"


def test_the_rooms_of_the_table_are_those_of_the_contract() -> None:
    (table,) = (table for table in PAGE.tables if table[0] == ["room", "has"])
    assert [row[0].strip("`") for row in table[1:]] == house.rooms()


def test_there_are_three_journeys_of_at_most_ten_stops() -> None:
    stops = [re.findall(r"^\d+\. `(\S+)`", journey, re.MULTILINE) for journey in JOURNEYS]
    assert [len(one) <= 10 for one in stops] == [True] * 3
    assert sum(map(len, stops)) == len(STOPS)


@pytest.mark.parametrize(("line", "file", "name"), STOPS)
def test_a_stop_exists(line: int, file: str, name: str) -> None:
    path = (REPOSITORY if file.startswith("charts/") else house.PACKAGE) / file
    assert path.is_file(), f"docs/house.md:{line}: there is no {path}"
    text = path.read_text()
    there = name in names(text) if path.suffix == ".py" else name in text
    assert there, f"docs/house.md:{line}: no {name} in {file}"

"""The pairs of docs/style.md: the linter refuses each left side, and each right side passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from devkit.paths import REPOSITORY
from prose import __main__ as prose
from prose import texts
from tests.docs.pages import Page

PAGE = Page(REPOSITORY / "docs" / "style.md")
(PAIRS,) = [table[1:] for table in PAGE.tables if table[0] == ["before", "after"]]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each side that it refuses, by one run."""
    sides = [side.strip("`") for pair in PAIRS for side in pair]
    file: Path = tmp_path_factory.mktemp("style") / "sides.md"
    file.write_text("\n\n".join(sides))
    found = prose.findings([file]).get(file, [])
    return {sides[(line - 1) // 2]: message for line, message in found}


def test_there_are_twenty_pairs_or_more() -> None:
    assert len(PAIRS) >= 20
    assert all(before.startswith("`") and "`" not in after for before, after in PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[1]))
def test_the_linter_refuses_what_it_was_before_and_takes_what_it_is(
    refused: dict[str, str], pair: list[str]
) -> None:
    before, after = pair
    assert before.strip("`") in refused
    assert after not in refused, refused[after]


def test_a_finding_says_what_to_write(refused: dict[str, str]) -> None:
    assert refused["It is used all the same"] == "'all the same': write anyway"


def test_the_readme_has_at_most_150_lines() -> None:
    assert len((REPOSITORY / "README.md").read_text().splitlines()) <= 150


SOURCE = '''
"""A docstring. Its words are for contributors."""

import logging

def f(name):
    """Another."""
    logging.info(f"{name} begins "
                 f"anew")
    return "one-word", """two
        lines"""
'''


def test_of_a_module_the_words_of_its_strings_are_read_each_on_its_line() -> None:
    assert list(texts.constants(SOURCE)) == [
        (8, "`x` begins anew"),
        (10, "two\n        lines"),
    ]


YAML = """
  description:
    description: >-
      {{ $value }} begin
      anew.
    title: "One, more"
  type: object
"""


def test_a_description_is_read_whole_on_its_first_line() -> None:
    read = [(line, " ".join(text.split())) for line, text in texts.descriptions(YAML)]
    assert read == [(3, "`x` begin anew."), (6, "One, more")]


def test_a_text_of_a_dashboard_is_read() -> None:
    assert list(texts.descriptions('  "title": "Who forges",')) == [(1, "Who forges")]


def test_what_is_no_document_is_read_too() -> None:
    read = texts.others()
    names = {path.name for path in read}
    assert {"NOTES.txt", "reasons.py", "CardanoTwoForgers.yaml", "block-producer.json"} <= names
    assert {"cardanoleaders.cardano.io.yaml", "Makefile"} <= names
    two_forgers = read[texts.CHART / "alerts" / "CardanoTwoForgers.yaml"].splitlines()
    source = (texts.CHART / "alerts" / "CardanoTwoForgers.yaml").read_text().splitlines()
    assert [n for n, line in enumerate(two_forgers) if line] == [
        n for n, line in enumerate(source) if line.lstrip().startswith(("summary:", "description:"))
    ]


def test_a_finding_has_the_file_and_line_of_its_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(texts, "pages", list)
    monkeypatch.setattr(texts, "others", lambda: {REPOSITORY / "some.py": "\n- in vain"})
    assert prose.main() == 1
    said = "some.py:2: 'in vain': write needless, or without success\n"
    assert capsys.readouterr().out == said
    monkeypatch.setattr(texts, "others", lambda: {REPOSITORY / "some.py": "- fine, `in vain`"})
    assert prose.main() == 0

"""Which version a text means, and that the table is in order."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.e2e.standin.errors import StartError
from tests.e2e.standin.versions import DEFAULT, VERSIONS, program_version, version_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("10.6", "10.6"),
        ("10.6.2", "10.6"),
        ("10.6.4-3", "10.6"),
        ("10.7", "10.7.1"),
        ("10.7.0", "10.7.0"),
        ("10.7.0-pre", "10.7.0"),
        ("v10.7.1-2", "10.7.1"),
        ("10.9.9", "10.7.1"),
        ("11.0", "11.0"),
        ("11.0.0", "11.0"),
        ("11.0.1-1", "11.0"),
        ("v11.0.1", "11.0"),
        ("11.1", "11.1"),
        ("11.1.3-1", "11.1"),
        ("12.0.0", "11.1"),
    ],
)
def test_a_version_or_an_images_tag_is_an_entry_of_the_table(text: str, name: str) -> None:
    assert version_of(text).name == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.6", (10, 6, 4)),
        ("10.6.3-1", (10, 6, 3)),
        ("11.0", (11, 0, 1)),
        ("11.0.0", (11, 0, 0)),
        ("v12.4.5", (12, 4, 5)),
    ],
)
def test_the_program_shows_the_very_version(text: str, shown: tuple[int, int, int]) -> None:
    assert program_version(text) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("latest", "not a version"),
        ("11", "not a version"),
        ("11.0.1 ", "not a version"),
        ("10.6.1", "older than 10.6.2"),
        ("9.2.1", "older than 10.6.2"),
    ],
)
def test_what_is_no_version_or_too_old_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(StartError, match=f"{text!r}.*{message}"):
        version_of(text)


def test_the_table_is_in_order_and_names_what_it_means() -> None:
    assert all(a.since < b.since for a, b in pairwise(VERSIONS))
    assert [version_of(version.name) for version in VERSIONS] == list(VERSIONS)
    assert version_of(DEFAULT).name == "10.7.0"

"""The figures of a rotation: which certificate each tick was made with."""

from __future__ import annotations

import pytest

from tests.e2e.framework.certificates import older_after_newer, uses
from tests.e2e.framework.forging_times import Line, parse


def journal(uid: str, *events: tuple[float, str]) -> list[Line]:
    return parse(
        "".join(f"2030-01-01T00:00:{second:06.3f}Z a {event}\n" for second, event in events), uid
    )


def on(counter: int, *, stays: bool = False) -> str:
    return f"forging {'stays ' if stays else ''}on by SIGHUP 1, certificate counter {counter}"


def test_a_tick_is_made_with_the_certificate_that_was_read_last() -> None:
    one = journal("1", (1, on(3)), (1.1, "tick"), (2, "forging off by SIGHUP 2"))
    again = journal("1", (2.5, on(4)), (2.6, "tick"), (3, on(5, stays=True)), (3.1, "tick"))
    assert [use.counter for use in uses([*again, *one])] == [3, 4, 5]


def test_each_node_has_its_own() -> None:
    lines = journal("1", (1, on(3)), (2, "tick")) + journal("2", (1.5, on(4)), (3, "tick"))
    assert [(use.run.uid, use.counter) for use in uses(lines)] == [("1", 3), ("2", 4)]


def test_a_tick_whose_certificate_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        uses(journal("1", (1, "tick")))


def test_an_older_certificate_after_a_newer_one_is_found_across_nodes() -> None:
    newer = journal("1", (1, on(4)), (1.1, "tick"), (1.2, "tick"))
    older = journal("2", (1.5, on(3)), (2, "tick"), (2.1, "tick"))
    (found,) = older_after_newer(uses(newer + older))
    assert (found.run.uid, found.counter) == ("2", 3)
    assert older_after_newer(uses(journal("2", (0, on(3)), (0.1, "tick")) + newer)) == []

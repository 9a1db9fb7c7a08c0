"""What clusters say of themselves, and since when, by the reader's own clock."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.moment import SECOND
from forge_manager.multicluster.membership import (
    KEY_PREFIX,
    Member,
    MemberEntry,
    Membership,
    parse_entry,
)

ABSENT_NS = 10 * SECOND


def texts(**entries: MemberEntry) -> dict[str, str]:
    return {f"{KEY_PREFIX}{name}": entry.text() for name, entry in entries.items()}


def entry(beat: int, *, eligible: bool = True, priority: int = 10) -> MemberEntry:
    return MemberEntry(priority, eligible, "bp-0", beat)


def seen(*histories: tuple[float, MemberEntry]) -> Member:
    """Return the neighbour after these texts, each at its second."""
    board = Membership(ABSENT_NS)
    for seconds, one in histories:
        board.changed(int(seconds * SECOND), texts(west=one))
    (found,) = board.others("east")
    return found


def test_an_entry_reads_as_it_was_written() -> None:
    assert parse_entry(entry(7).text()) == entry(7)


@pytest.mark.parametrize("text", ["", "[]", "{", "3", "x" * 5000, "[" * 900, "null"])
def test_what_is_no_entry_is_none(text: str) -> None:
    assert parse_entry(text) is None


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text())))
def test_any_object_reads_as_an_entry_that_ranks_last_at_worst(fields: dict[str, object]) -> None:
    found = parse_entry(json.dumps(fields))
    assert found is None or found.priority >= 0


@pytest.mark.parametrize("fields", [{}, {"priority": True}, {"priority": -1}, {"priority": "1"}])
def test_an_entry_without_a_priority_ranks_last(fields: dict[str, object]) -> None:
    found = parse_entry(json.dumps(fields))
    assert found is not None
    assert found.priority > 999
    assert not found.eligible


def test_the_time_since_it_changed_counts_not_the_time_since_it_was_read() -> None:
    assert seen((0, entry(1)), (9, entry(1))).changed_ns == 0
    assert seen((0, entry(1)), (9, entry(2))).changed_ns == 9 * SECOND


def test_it_has_been_well_since_it_was_first_heard_of_without_a_gap() -> None:
    assert seen((0, entry(1)), (5, entry(2)), (10, entry(3))).well_since_ns == 0
    assert seen((0, entry(1)), (5, entry(2)), (15.1, entry(3))).well_since_ns == 15.1 * SECOND


def test_it_was_last_well_when_it_said_that_it_is_not_any_more() -> None:
    found = seen((0, entry(1)), (5, entry(2, eligible=False)), (9, entry(3, eligible=False)))
    assert (found.well_since_ns, found.last_well_ns) == (None, 5 * SECOND)


def test_one_that_was_never_well_was_so_at_no_time() -> None:
    assert seen((0, entry(1, eligible=False))).last_well_ns is None


@pytest.mark.parametrize(("eligible", "later_s", "well"), [(1, 10, 1), (1, 10.1, 0), (0, 0, 0)])
def test_whoever_is_not_heard_of_is_not_well(eligible: int, later_s: float, well: int) -> None:
    found = seen((0, entry(1, eligible=bool(eligible))))
    assert found.is_well(int(later_s * SECOND), ABSENT_NS) is bool(well)


def test_others_come_by_priority_and_name_and_go_with_their_entry() -> None:
    board = Membership(ABSENT_NS)
    everyone = texts(west=entry(1), east=entry(1), north=entry(1, priority=1))
    board.changed(0, {**everyone, "cardano.io/pool-id": "x", f"{KEY_PREFIX}junk": "junk"})
    assert [one.name for one in board.others("east")] == ["north", "west"]
    board.changed(0, texts(east=entry(1)))
    assert board.others("east") == ()

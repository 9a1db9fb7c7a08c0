"""Which known vulnerabilities are accepted, and for how long."""

from __future__ import annotations

from datetime import date

import pytest

import audit

TODAY = date(2026, 3, 1)


def test_an_entry_counts_until_its_day() -> None:
    text = "# why\n\nCVE-1 until 2026-03-01 not reached\nGHSA-2 until 2026-02-28 over\n"
    assert audit.accepted(text, TODAY) == ["CVE-1"]


@pytest.mark.parametrize("line", ["CVE-1", "CVE-1 until 2026-03-01", "CVE-1 until soon because"])
def test_an_entry_has_a_date_and_a_reason(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        audit.accepted(line, TODAY)


def test_the_entries_there_are_have_this_form() -> None:
    audit.accepted(audit.ACCEPTED.read_text(), TODAY)

"""What a run says, when it is red, and what the checked-in tables hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.sidecar.mutation.mutants import Key, Mutant, mutants_of
from tests.sidecar.mutation.report import Judged, passes, table
from tests.sidecar.mutation.run import Witnesses
from tests.sidecar.mutation.subjects import ROOT, SOURCE, TESTS, subjects
from tests.sidecar.mutation.tables import (
    SIMULATION,
    SURVIVED,
    TIME,
    UNITS,
    Fate,
    read_judged,
    read_survivors,
    write_judged,
)
from tests.sidecar.mutation.week import WEEKLY, of_the_week


def mutant(number: int, within: str = "f") -> Mutant:
    return Mutant(Key("one.py", within, f"a < {number}", f"a <= {number}", 0), number)


def judged(number: int, verdict: str) -> Judged:
    return Judged(mutant(number), Fate(verdict, ""), {"area": 1.0})


MOSTLY_NOTICED = [judged(number, UNITS) for number in range(19)]


def test_a_survivor_is_told_with_its_line_and_both_texts() -> None:
    said = table([judged(7, SURVIVED)], {}, 1.0, 0)
    assert "survived  one.py:7 f: a < 7  ->  a <= 7" in said
    assert "NOT IN THE TABLE" in said


def test_a_known_survivor_is_told_with_its_reason() -> None:
    said = table([judged(7, SURVIVED)], {mutant(7).key: "it is the same"}, 1.0, 0)
    assert "it is the same" in said
    assert "NOT IN THE TABLE" not in said


def test_the_table_says_who_noticed_how_many_and_where_the_time_went() -> None:
    every = [judged(1, UNITS), judged(2, SIMULATION), judged(3, TIME), judged(4, SURVIVED)]
    said = table(every, {}, 9.0, 5)
    assert "75.0% of 4 noticed" in said
    assert "area 4 s" in said
    assert "no time for 5" in said


def test_a_mutant_that_is_noticed_now_is_to_leave_the_table() -> None:
    assert "take it off" in table([judged(7, UNITS)], {mutant(7).key: "it is the same"}, 1.0, 0)


def test_a_survivor_without_a_reason_is_red() -> None:
    assert not passes([*MOSTLY_NOTICED, judged(99, SURVIVED)], {})


def test_a_survivor_with_a_reason_is_not() -> None:
    assert passes([*MOSTLY_NOTICED, judged(99, SURVIVED)], {mutant(99).key: "it is the same"})


def test_too_many_survivors_are_red_whatever_their_reasons() -> None:
    reasons = {mutant(number).key: "it is the same" for number in (98, 99)}
    assert not passes([*MOSTLY_NOTICED, judged(98, SURVIVED), judged(99, SURVIVED)], reasons)


def test_the_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    odd = Key("one.py", "", "a = 'x\ty'", 'a = "\n"', 2)
    fates = {odd: Fate(UNITS, "test_a.py::test_b"), mutant(1).key: Fate(SURVIVED, "")}
    write_judged(fates, tmp_path / "judged.tsv")
    assert read_judged(tmp_path / "judged.tsv") == fates


DAY = dt.date(2026, 11, 28)


def test_the_week_draws_only_from_what_units_are_known_to_notice() -> None:
    known = {mutant(number).key: Fate(UNITS, "") for number in range(60)}
    known |= {mutant(number).key: Fate(SURVIVED, "") for number in range(60, 90)}
    known |= {mutant(number).key: Fate(SIMULATION, "") for number in range(90, 120)}
    drawn = of_the_week([mutant(number) for number in range(150)], known, DAY)
    assert len(drawn) == WEEKLY
    assert all(one.line < 60 for one in drawn)


def test_a_week_has_one_sample_and_the_next_one_another() -> None:
    every = [mutant(number) for number in range(200)]
    known = {one.key: Fate(UNITS, "") for one in every}
    drawn = of_the_week(every, known, DAY)
    assert of_the_week(every, known, DAY + dt.timedelta(days=1)) == drawn
    assert of_the_week(every, known, DAY + dt.timedelta(days=2)) != drawn


def test_a_record_of_code_that_is_gone_is_an_error_that_says_what_to_do() -> None:
    known = {mutant(number).key: Fate(UNITS, "") for number in range(200)}
    with pytest.raises(SystemExit, match="make test-mutants RECORD=1"):
        of_the_week([mutant(number) for number in range(39)], known, DAY)


def test_the_tests_that_noticed_this_one_or_its_neighbours_are_run_first() -> None:
    known = {mutant(1).key: Fate(UNITS, "t::own"), mutant(2, "g").key: Fate(UNITS, "t::far")}
    witnesses = Witnesses(known)
    witnesses.noticed(mutant(3).key, "t::near")
    assert witnesses.first(mutant(1).key) == ["t::own", "t::near"]


def test_every_survivor_in_the_table_is_still_there_and_has_a_reason() -> None:
    there = {one.key for one in mutants_of(ROOT / SOURCE, [each.file for each in subjects()])}
    gone = [key for key in read_survivors() if key not in there]
    assert not gone, f"take these off survivors.tsv, their code has changed: {gone}"
    assert all(reason.strip() for reason in read_survivors().values())


def test_every_subject_and_its_tests_exist() -> None:
    for subject in subjects():
        assert (ROOT / SOURCE / subject.file).is_file()
        for name in (*subject.areas, *subject.wider):
            assert (ROOT / TESTS / name).exists()

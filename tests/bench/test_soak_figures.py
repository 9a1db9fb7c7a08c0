"""A soak's figures hold only while the invariants do and nothing grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.report.figure import Figure
from bench.soak import figures
from bench.soak.sampler import Lifetime, Sample
from tests.e2e.chaos.driver import Result
from tests.e2e.framework.replica import Part
from tests.e2e.framework.usage import Process, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence


def broken(found: Sequence[Figure]) -> list[str]:
    return [figure.name for figure in found if not figure.holds]


@pytest.mark.parametrize(
    ("result", "names"),
    [
        (Result(steps=3, none_after_s=16.9, good_starts=5, excused_starts=1, two_s=0.2), []),
        (Result(two_s=0.3, two_beyond_s=0.1), ["seed-7/two-beyond"]),
        (Result(unproven_s=0.1), ["seed-7/unproven"]),
        (Result(failed_starts=1), ["seed-7/failed-starts"]),
        (Result(forging_starts=1), ["seed-7/forging-starts"]),
        (Result(none_after_s=17.1), ["seed-7/none"]),
        (Result(violations=["not well again"]), ["seed-7/violations"]),
    ],
)
def test_each_invariant_has_a_bound(result: Result, names: list[str]) -> None:
    assert broken(figures.of_seed(7, result, none_at_most_s=17)) == names
    beside_others = broken(figures.of_seed(7, result, none_at_most_s=None))
    assert beside_others == [name for name in names if name != "seed-7/none"]


def life(
    part: Part,
    *,
    release: str = "steady",
    pid: int = 1,
    seconds: tuple[int, int] = (0, 1300),
    leak: str = "memory",
    per_hour: float = 0,
) -> dict[Lifetime, list[Sample]]:
    def usage(at: float) -> Usage:
        more = per_hour * at / 3600
        return Usage(
            resident_mb=40 + (more if leak == "memory" else 0),
            descriptors=round(20 + (more if leak == "descriptors" else 0)),
            threads=round(9 + (more if leak == "threads" else 0)),
            cpu_s=at / 50,
        )

    samples = [Sample(float(at), usage(at)) for at in range(*seconds, 10)]
    return {Lifetime(release, Process(f"uid-{pid}", part, pid, 1)): samples}


def of_usage(
    *lives: dict[Lifetime, list[Sample]], steady: str | None = "steady"
) -> dict[str, Figure]:
    found = {key: samples for each in lives for key, samples in each.items()}
    return {figure.name: figure for figure in figures.of_usage(found, steady=steady)}


FLAT = {part: life(part) for part in Part}


def test_what_stays_flat_holds_with_its_slope_and_share_of_a_core() -> None:
    found = of_usage(*FLAT.values())
    assert broken(list(found.values())) == []
    assert found["flatness/guard-memory-slope"].value == pytest.approx(0)
    assert found["flatness/manager-processor"].value == pytest.approx(2)
    assert found["memory/node"].samples == (40.0,) * 21
    assert found["flatness/node-seen"].value == pytest.approx(20.5)


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("measure", ["memory", "descriptors", "threads"])
def test_a_leak_in_any_part_is_found(part: Part, measure: str) -> None:
    found = of_usage(*({**FLAT, part: life(part, leak=measure, per_hour=12)}).values())
    assert broken(list(found.values())) == [f"flatness/{part.name.lower()}-{measure}"]
    slope = found[f"flatness/{part.name.lower()}-{measure}-slope"]
    assert slope.value == pytest.approx(12, rel=0.2)


def test_a_leak_that_faults_interrupt_is_not_judged_but_the_most_is_told() -> None:
    hit = life(Part.MANAGER, release="hit", pid=2, seconds=(0, 1500), per_hour=100)
    found = of_usage(*FLAT.values(), hit)
    assert broken(list(found.values())) == []
    most = found["most/manager-memory"]
    assert most.value > 70
    assert "of 2 processes" in most.what


def test_where_faults_hit_all_only_the_most_is_told() -> None:
    found = of_usage(life(Part.MANAGER, release="hit", per_hour=100), steady=None)
    assert sorted(found) == [
        f"most/manager-{measure}" for measure in ("descriptors", "memory", "threads")
    ]


def test_a_process_that_was_restarted_half_way_shows_nothing_and_that_fails() -> None:
    halves = [
        life(Part.GUARD, seconds=(0, 600)),
        life(Part.GUARD, pid=2, seconds=(600, 1300)),
    ]
    lives = [FLAT[part] for part in Part if part is not Part.GUARD]
    broken_now = broken(list(of_usage(*lives, *halves).values()))
    assert broken_now == [
        f"flatness/guard-{measure}" for measure in ("memory", "descriptors", "threads")
    ]


def test_what_was_never_seen_has_not_been_flat() -> None:
    assert len(broken(list(of_usage().values()))) == len(Part) * len(figures.MEASURES)

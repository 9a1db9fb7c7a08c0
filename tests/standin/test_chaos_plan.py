"""What a run of random faults does follows from its seed, and leaves no kind out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chaos import three_replica_kinds, two_cluster_kinds
from tests.e2e.chaos.plan import Shape, plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.chaos.plan import Step

SHAPES = {"one cluster": three_replica_kinds.SHAPES, "clusters": two_cluster_kinds.SHAPES}
SEEDS = range(20)


def first(shapes: Mapping[str, Shape], seed: int, steps: int | None = None) -> list[Step]:
    return list(islice(plan(seed, shapes), len(shapes) if steps is None else steps))


@pytest.mark.parametrize("ground", SHAPES)
def test_the_same_seed_is_the_same_plan(ground: str) -> None:
    shapes = SHAPES[ground]
    assert first(shapes, 7) == first(dict(reversed(shapes.items())), 7)
    assert len({str(first(shapes, seed)) for seed in SEEDS}) == len(SEEDS)


@pytest.mark.parametrize("ground", SHAPES)
def test_every_kind_happens_before_any_happens_again(ground: str) -> None:
    shapes = SHAPES[ground]
    for seed in SEEDS:
        drawn = [draw.kind for step in first(shapes, seed) for draw in step.draws]
        assert sorted(drawn[: len(shapes)]) == sorted(shapes)


def test_what_is_to_happen_alone_does() -> None:
    shapes = {"alone": Shape((1, 2), alone=True), "one": Shape((1, 2)), "other": Shape((1, 2))}
    pairs = {
        tuple(draw.kind for draw in step.draws)
        for seed in SEEDS
        for step in first(shapes, seed, steps=30)
    }
    assert pairs == {("alone",), ("one",), ("other",), ("one", "other"), ("other", "one")}


def test_a_fault_lasts_within_its_bounds_and_is_on_the_leader_more_often_than_not() -> None:
    shapes = {"short": Shape((3, 4)), "at once": Shape((0, 0))}
    draws = [
        draw for seed in SEEDS for step in first(shapes, seed, steps=50) for draw in step.draws
    ]
    assert all(shapes[draw.kind].lasts_s[0] <= draw.lasts_s for draw in draws)
    assert all(draw.lasts_s <= shapes[draw.kind].lasts_s[1] for draw in draws)
    on_leader = sum(draw.target == 0 for draw in draws)
    assert len(draws) / 2 < on_leader < len(draws)

"""What grows is told from what goes up and down."""

from __future__ import annotations

import math
from random import Random

import pytest

from bench.soak import series
from bench.soak.series import Point

TWENTY_MINUTES = range(0, 1200, 10)


def noisy(*, per_hour: float = 0, noise: float = 0.3, level: float = 40) -> list[Point]:
    chance = Random(1)
    return [
        Point(at, level + per_hour * at / 3600 + chance.uniform(-noise, noise))
        for at in TWENTY_MINUTES
    ]


def test_the_first_minute_does_not_count() -> None:
    points = series.warm([Point(at, 0) for at in (100, 110, 159, 160, 170)])
    assert [point.at_s for point in points] == [160, 170]
    assert series.warm([]) == []


@pytest.mark.parametrize("per_hour", [0, 9, 36, -18])
def test_the_slope_is_found_in_noise(per_hour: float) -> None:
    assert series.slope_per_hour(noisy(per_hour=per_hour)) == pytest.approx(per_hour, abs=1)


def test_neither_a_burst_nor_one_sample_is_growth() -> None:
    burst = [
        Point(point.at_s, point.value + (30 if 900 < point.at_s < 1000 else 0)) for point in noisy()
    ]
    assert abs(series.growth(burst)) < 0.3
    assert abs(series.slope_per_hour(burst)) < 3
    assert series.growth([Point(0, 5)]) == 0


def test_growth_is_from_the_first_third_to_the_last() -> None:
    points = [Point(at, 10 if at < 400 else 12 if at < 800 else 15) for at in TWENTY_MINUTES]
    assert series.growth(points) == 5
    # By time, however many samples there are of it.
    assert series.growth([*points[:2], *points[40:]]) == 5
    assert series.growth(noisy(per_hour=30)) == pytest.approx(30 * (1200 * 2 / 3) / 3600, abs=0.3)


def test_of_nothing_there_is_no_number() -> None:
    for found in ([], [Point(3, 1)]):
        assert math.isnan(series.slope_per_hour(found))
        assert math.isnan(series.rate(found))
        assert series.lasts_s(found) == 0
    assert math.isnan(series.growth([]))


def test_the_rate_is_over_the_whole_time() -> None:
    assert series.rate([Point(100, 7), Point(105, 7), Point(110, 7.5)]) == 0.05


def test_samples_that_are_kept_are_one_a_minute_and_few() -> None:
    points = [Point(1000 + at, at // 60) for at in TWENTY_MINUTES]
    assert series.by_minute(points) == list(range(20))
    day = [Point(at, at // 60) for at in range(0, 86400, 60)]
    assert len(series.by_minute(day)) == 60

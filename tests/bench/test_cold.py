"""A cold start's figures name its steps, and no folder of this machine."""

from __future__ import annotations

from bench.cold.figures import BEFORE_S, figures
from devkit.timings import Timing

STEPS = [
    Timing("building helm", "helm", 0, 40.0, 30.0),
    Timing("installing the Python environment into /root/cache/venv/abc", "", 0, 0.0, 50.0),
    Timing("a part", "", 1, 0.5, 20.0),
    Timing("a trifle", "", 0, 60.0, 1.0),
]


def test_steps_are_told_in_their_order_with_what_they_are_part_of() -> None:
    whole, *parts = figures(600.0, STEPS)
    assert (whole.value, whole.holds) == (600.0, True)
    assert [part.what for part in parts] == [
        "installing the Python environment into abc",
        "of it: a part",
        "beside (helm): building helm",
    ]


def test_more_than_half_of_what_it_was_is_too_long() -> None:
    (whole,) = figures(BEFORE_S / 2 + 1, [])
    assert not whole.holds

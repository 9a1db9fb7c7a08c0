"""A refusal names a value that the user has set, and is gone when that one is taken back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.chart import refusals, test_every_message
from tests.chart.rendering import BY_CHECK, RefusedError, Rendered, render
from tests.chart.samples import Values, at
from tests.chart.strategies import some_values

_PARTS = 8


def false(values: Values) -> list[str]:
    """What is false of that for which these are refused."""
    try:
        render(values)
    except RefusedError as refusal:
        return list(refusals.false(values, refusals.lines(str(refusal)), render))
    return []


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(_PARTS))
def test_what_the_tables_have_refused_goes_with_the_value_that_is_named(part: int) -> None:
    found = [
        f"{problem}\n{values}"
        for number, values in enumerate(test_every_message.provoking())
        if number % _PARTS == part
        for problem in false(values)
    ]
    assert not found, "\n".join(found)


@pytest.mark.sweep
@settings(
    max_examples=60,
    phases=(Phase.generate,),
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(some_values())
def test_what_random_values_are_refused_for_goes_with_the_value_that_is_named(
    values: Values,
) -> None:
    assert not false(values), values


def test_the_judge_notices_what_is_not_set_and_what_stays() -> None:
    def always(_: Values) -> Rendered:
        raise RefusedError(f"{BY_CHECK}\n  - a.b: wrong.\n  - c: wrong.\n")

    said = list(refusals.false({"a": {"b": 1}}, ["a.b: wrong.", "c: wrong."], always))
    assert said == [
        "stays when that is taken back: a.b: wrong.",
        "names what is not set: c: wrong.",
    ]


def test_of_two_values_the_one_that_is_set_is_named() -> None:
    ports = {"cardanoNode.port": 12798, "cardanoNode.prometheus.port": 3001}
    for path, port in ports.items():
        with pytest.raises(RefusedError, match=f"{path}: {port} is "):
            render(at(path, port))

"""The rules hold in every history by hand and in some at random; without one of them two forge.

Millions of steps: `python -m tests.sidecar.promises --steps N --seed S`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.sidecar.promises import histories
from tests.sidecar.promises.explorer import explore, history
from tests.sidecar.promises.rules import REPAIRS, SWITCHES, TRIED, Rules
from tests.sidecar.promises.sabotages import BY_HISTORY, BY_SEED, NOT_NOTICED
from tests.sidecar.promises.world import TwoForgeError

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 300_000

#: The clocks matter most where F is long.
LONG = Rules(more=600.0)


def rules_for(told: Callable[[Rules], None]) -> Rules:
    return LONG if told is histories.clocks_four_percent_apart else Rules()


@pytest.mark.parametrize("told", histories.WELL, ids=lambda told: told.__name__)
def test_a_history_goes_well(told: Callable[[Rules], None]) -> None:
    told(rules_for(told))


@pytest.mark.parametrize("told", histories.LEFT_OPEN, ids=lambda told: told.__name__)
def test_what_is_left_open_has_two_forge(told: Callable[[Rules], None]) -> None:
    with pytest.raises(TwoForgeError):
        told(Rules())


@pytest.mark.parametrize("rule", BY_HISTORY)
def test_without_this_rule_a_history_has_two_forge(rule: str) -> None:
    told = BY_HISTORY[rule]
    with pytest.raises(TwoForgeError):
        told(replace(rules_for(told), **{rule: False}))


@pytest.mark.parametrize("rule", BY_SEED)
def test_without_this_rule_chance_has_two_forge(rule: str) -> None:
    usual, more, seed = BY_SEED[rule]
    history(seed, Rules(usual=usual, more=more))
    with pytest.raises(TwoForgeError):
        history(seed, Rules(usual=usual, more=more, **{rule: False}))


@pytest.mark.parametrize(
    "told",
    [
        histories.a_stale_mark,
        histories.an_only_replica_of_today,
        histories.an_outsider_knows_the_state_before,
    ],
    ids=lambda told: told.__name__,
)
def test_the_rules_as_they_were_given_have_two_forge(told: Callable[[Rules], None]) -> None:
    with pytest.raises(TwoForgeError):
        told(replace(Rules(), **dict.fromkeys(REPAIRS, False)))


@pytest.mark.parametrize("rule", ["only_members_wait_briefly", "never_shortens"])
def test_a_stricter_rule_closes_the_same(rule: str) -> None:
    given = replace(Rules(), **dict.fromkeys(REPAIRS, False))
    histories.an_outsider_knows_the_state_before(replace(given, **{rule: True}))


def test_a_longer_wait_after_silence_closes_one_that_is_left_open() -> None:
    histories.exactly_what_a_removed_replica_saw(Rules(waits_long_after_silence=True))


def test_every_rule_is_accounted_for() -> None:
    assert {*BY_HISTORY, *BY_SEED, *NOT_NOTICED, *TRIED} == set(SWITCHES)


def test_two_never_forge_and_one_does_in_the_end() -> None:
    figures = explore(1, STEPS, Rules())
    assert figures.extensions > 1000


def test_a_seed_gives_the_same_history_again() -> None:
    once, again = (history(7, Rules(usual=6.0, more=20.0)) for _ in range(2))
    assert once.world.history == again.world.history

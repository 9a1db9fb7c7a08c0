"""Some histories; `python -m tests.sidecar.crowd` runs millions of steps. And some sabotages."""

import pytest

from tests.sidecar.crowd.history import HistoryError, run_histories, run_history
from tests.sidecar.crowd.sabotages import SABOTAGES

#: A seed that notices. A change of the histories changes it: search from 1 on, and write it down.
NOTICED_BY = {
    "whoever goes by another hub follows early": 9,
    "any release counts as watched": 16,
    "who followed early tells of its own lease": 416,
}
_NEAR = 40


def test_of_pods_of_all_settings_one_forges() -> None:
    run_histories(1, steps=40_000)


def test_of_pods_of_the_same_settings_one_forges_whatever_becomes_of_their_lease() -> None:
    run_histories(1, steps=40_000, uniform=True)


def test_a_seed_gives_the_same_history_again() -> None:
    assert run_history(7) == run_history(7)


@pytest.mark.parametrize("name", NOTICED_BY)
def test_a_rule_taken_away_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage = SABOTAGES[name]
    sabotage.apply(monkeypatch)
    first = NOTICED_BY[name]
    with pytest.raises(HistoryError, match="may forge"):
        run_histories(first, histories=_NEAR, uniform=sabotage.uniform)

"""Take each rule away: the simulation notices. Minutes, so `make test-model` runs it by its path.

Each begins with a seed that is known to catch it. A change of the simulation changes what a seed
means, so the search goes on from there; when that takes long, write the new seed down.
"""

from collections.abc import Callable

import pytest

from tests.sidecar.simulation.history import HistoryError, run_history
from tests.sidecar.simulation.sabotage import SABOTAGES

MOST_HISTORIES = 60

CAUGHT_BY: dict[str, int] = {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SABOTAGES)
def test_it_is_noticed(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    SABOTAGES[name](monkeypatch)
    first = CAUGHT_BY.get(name, 1)
    for seed in range(first, first + MOST_HISTORIES):
        try:
            run_history(seed)
        except HistoryError as error:
            record_property("noticed", f"seed {seed}: {str(error).splitlines()[0]}")
            return
    pytest.fail(f"without this rule {MOST_HISTORIES} histories went well: {name}")


def test_nothing_is_noticed_when_nothing_is_taken_away() -> None:
    for seed in sorted(set(CAUGHT_BY.values())):
        run_history(seed)

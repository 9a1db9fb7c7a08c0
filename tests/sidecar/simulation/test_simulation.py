"""200,000 steps in every run of the suite; millions with `make test-model`."""

import pytest

from tests.sidecar.simulation.history import run_histories, run_history


@pytest.mark.parametrize("first_seed", [1, 1001, 2001, 3001])
def test_two_never_forge_and_one_does_in_the_end(first_seed: int) -> None:
    run_histories(first_seed, 50_000)


def test_a_seed_gives_the_same_history_again() -> None:
    assert run_history(7) == run_history(7)

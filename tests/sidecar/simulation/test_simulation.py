"""200,000 steps in every run of the suite; millions with `make test-model`."""

import pytest

from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.history import run_histories, run_history


@pytest.mark.parametrize("first_seed", [1, 1001, 2001, 3001])
def test_two_never_forge_and_one_does_in_the_end(first_seed: int) -> None:
    run_histories(first_seed, 50_000)


@pytest.mark.parametrize("first_seed", [1, 1001])
def test_of_several_clusters_one_forges_and_in_the_end_the_best(first_seed: int) -> None:
    run_histories(first_seed, 50_000, run_federated_history)


def test_a_seed_gives_the_same_history_again() -> None:
    assert run_history(7) == run_history(7)
    assert run_federated_history(7) == run_federated_history(7)

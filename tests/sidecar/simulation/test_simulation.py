"""A few histories; 300,000 steps with `make histories`, millions with `make test-model`."""

from tests.sidecar.simulation.contested_history import run_contested_history
from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.history import run_histories, run_history

STEPS = 30_000


def test_two_never_forge_and_one_does_in_the_end() -> None:
    run_histories(1, STEPS)


def test_of_several_clusters_one_forges_and_in_the_end_the_best() -> None:
    run_histories(1, STEPS, run_federated_history)


def test_of_pods_by_two_hubs_and_by_none_one_forges() -> None:
    run_histories(1, STEPS, run_contested_history)


def test_a_seed_gives_the_same_history_again() -> None:
    assert run_history(7) == run_history(7)
    assert run_federated_history(7) == run_federated_history(7)
    assert run_contested_history(7) == run_contested_history(7)

"""What is switched off by name breaks something still, and everything else is on."""

from functools import partial

import pytest

from tests.sidecar.simulation.broken import BROKEN
from tests.sidecar.simulation.fault_table import LINES, OF_A_CLUSTER, OF_A_HUB, choose
from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.history import HistoryError, run_history


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_switched_off_still_breaks(name: str) -> None:
    broken = BROKEN[name]
    run = run_federated_history if broken.clusters else run_history
    with pytest.raises(HistoryError) as caught:
        run(broken.seed, choose(only=broken.kinds(name)))
    first, *rest = str(caught.value).splitlines()
    assert broken.shows in first, f"{name} breaks nothing known: switch it on, or write it down"
    again = f"--seed {broken.seed} --only {','.join(broken.kinds(name))} "
    assert any(again in line for line in rest)


def test_each_kind_has_a_name_of_its_own_and_a_line() -> None:
    kinds = [*OF_A_CLUSTER, *OF_A_HUB]
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(kind.line.endswith(".") for kind in kinds)


def test_all_are_on_but_those_that_break_something() -> None:
    assert choose().names == {*LINES} - {*BROKEN}
    assert choose(without=["cut-off"]).names == {*LINES} - {*BROKEN, "cut-off"}
    for name in BROKEN:
        assert choose(with_=[name]).names == {*LINES} - {*BROKEN} | {name}
    assert choose(only=["cut-off"], with_=["api-down"]).names == {"cut-off", "api-down"}


def test_a_name_that_is_none_is_refused() -> None:
    for choice in (partial(choose, only=["x"]), partial(choose, with_=["x"])):
        with pytest.raises(ValueError, match="no kind of fault is named x"):
            choice()

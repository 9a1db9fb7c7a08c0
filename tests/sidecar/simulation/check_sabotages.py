"""Take each rule away: the simulation notices. Minutes, so `make test-model` runs it by its path.

Each begins with a seed that is known to catch it. A change of the simulation changes what a seed
means, so the search goes on from there; when that takes long, write the new seed down.
"""

from collections.abc import Callable

import pytest

from tests.sidecar.simulation.history import HistoryError, run_history
from tests.sidecar.simulation.sabotage import SABOTAGES

MOST_HISTORIES = 100

CAUGHT_BY = {
    "a changed record is not waited for": 1,
    "writes without resourceVersion": 5,
    "a holding timed from its answer": 7,
    "the name in the Lease is enough": 22,
    "a missing Lease is free": 2,
    "an emptied Lease is free": 5,
    "the record's leaseDuration is not honoured": 1,
    "a change shortens the wait": 10180,
    "a foreign write is ignored": 5,
    "a holding never ends": 6,
    "no margin before the end of the lease": 1,
    "an older certificate may lead": 5,
    "the guard does not kill": 5,
    "the fence trusts boot time alone": 41,
    "an unreadable fence permits": 60,
    "the guard keeps no keys": 4,
    "a lost lease is no reason to stop": 1,
    "a silent guard is no reason to stop": 15,
    "forging without a lease is tolerated": 1,
    "a node that does not go off lives": 22,
    "a node that was found is off": 2,
    "off as soon as it is ordered": 2,
    "off as soon as the metric says so": 1,
    "several SIGHUPs in flight": 1,
    "released while switching off": 1,
    "released while being killed": 14,
    "released while adopting": 2,
    "the fence is published last": 1,
    "the keys are not unlinked": 2,
    "a SIGHUP is sent after its permit": 5,
}


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

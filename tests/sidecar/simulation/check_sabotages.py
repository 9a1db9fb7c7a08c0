"""Take each rule away: the simulation notices. Minutes, so `make test-model` runs it by its path.

Each begins with a seed that is known to catch it, among all faults or among those of BY_KINDS. A
change of the simulation changes what a seed means, so the search goes on from there; when that
takes long, write the new seed down.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sidecar.simulation.bond_sabotage import SABOTAGES as OF_BONDS
from tests.sidecar.simulation.contested_history import run_contested_history
from tests.sidecar.simulation.control_sabotage import SABOTAGES as OF_CONTROL
from tests.sidecar.simulation.fault_table import USUAL, choose
from tests.sidecar.simulation.federated_history import run_federated_history
from tests.sidecar.simulation.federated_sabotage import SABOTAGES as OF_CLUSTERS
from tests.sidecar.simulation.history import Figures, HistoryError, run_history
from tests.sidecar.simulation.kinds import Choice
from tests.sidecar.simulation.lease_sabotage import SABOTAGES as OF_LEASES
from tests.sidecar.simulation.sabotage import SABOTAGES

MOST_HISTORIES = 100
EVERY = {**SABOTAGES, **OF_CONTROL, **OF_LEASES, **OF_CLUSTERS, **OF_BONDS}

CAUGHT_BY = {
    "keys that are not yet valid are no obstacle": 2,
    "expired keys are no obstacle": 1,
    "expired keys are no reason to give up": 1,
    "who heard nothing for long knows all the same": 3,
    "a fall of versions goes unnoticed": 1,
    "a tenure lasts for ever": 3,
    "a changed record is not waited for": 1,
    "writes without resourceVersion": 29,
    "a holding timed from its answer": 1,
    "the name in the Lease is enough": 1,
    "a missing Lease is free": 5,
    "an emptied Lease is free": 4,
    "a holding never ends": 5,
    "no margin before the end of the lease": 1,
    "an older certificate may lead": 2,
    "the recorded counter falls": 7,
    "a tenure outlives its end": 188,
    "the guard does not kill": 5,
    "the fence trusts boot time alone": 2,
    "an unreadable fence permits": 1,
    "the guard keeps no keys": 2,
    "a lost lease is no reason to stop": 5,
    "a silent guard is no reason to stop": 6,
    "forging without a lease is tolerated": 23,
    "a node that does not go off lives": 6,
    "a hold is not heeded": 3,
    "a hand-over is not heeded": 4,
    "a node that was found is off": 7,
    "off as soon as it is ordered": 4,
    "off as soon as the metric says so": 3,
    "a slow page has its node killed": 1,
    "several SIGHUPs in flight": 1,
    "released while switching off": 4,
    "released while being killed": 115,
    "released under a fence that could not be taken back": 1,
    "released while adopting": 4,
    "the fence is published last": 1,
    "the keys are not unlinked": 3,
    "a SIGHUP is sent after its permit": 1,
    "a standby leads with an older certificate under a lease that it holds": 10,
    "new keys are used before the Lease says so": 5,
    "new keys are never taken": 1,
    "new keys are taken at every turn": 1,
    "a standby is signalled with its keys in place": 3,
    "released while the node is told to end": 2,
    "a node that does not end lives": 2,
    "without a metric forging is never assumed": 2,
    "keys are exchanged under a node that boots": 1,
    "a metric that lies has no reason of its own": 1,
    # What carries out and looks
    "the executor ignores the permit": 1,
    "the executor goes on after a failed action": 1,
    "a failed action is not handed back": 6,
    "the executor does not tend the fuse": 7,
    "a fence that takes back is not written": 1,
    "control itself looks at the socket": 1,
    "a node whose socket is closed has ended": 1,
    "the guard does not hold the fuse": 4,
    "the guard unlinks keys under a permit": 1,
    "handed over as soon as no longer leading": 14,
    # A Lease that changes its name
    "a former Lease is not held": 5,
}

#: Rules that only a rare meeting of faults needs: the kinds that they are about.
BY_KINDS = {
    "the fence trusts boot time alone": ("pause-machine", "stop-process"),
    "a hold is not heeded": ("hold-off",),
    "a hand-over is not heeded": ("hand-over",),
    "a tenure lasts for ever": ("api-fall-back-to-former-leader",),
    "a fall of versions goes unnoticed": ("api-fall-back",),
    "a slow page has its node killed": ("pages-slow", "hand-over"),
    "released while being killed": ("deafen", "hold-off"),
    "released while adopting": ("kill-process", "cut-off"),
    "a tenure outlives its end": (
        "kill-process",
        "api-edit-lease",
        "restore-copy-to-former-leader",
    ),
    "the recorded counter falls": ("issue-keys", "fail-at-key-change", "delete-pod"),
    "the name in the Lease is enough": ("api-edit-lease", "delete-pod"),
    "the hub's is released while switching off": ("cluster-change-priority", "deafen"),
    "a SIGHUP is sent after its permit": ("stop-between-actions", "hand-over"),
    "released under a fence that could not be taken back": ("publish-fence-fails", "hand-over"),
    "a former Lease is not held": ("rename-lease",),
    "new keys are never taken": ("issue-keys",),
    "a node that does not end lives": ("hang-at-end", "hand-over"),
    "keys are exchanged under a node that boots": ("issue-keys", "kill-node"),
    "the executor ignores the permit": ("stop-between-actions", "hand-over"),
    "the executor goes on after a failed action": ("actions-fail", "hand-over"),
    "expired keys are no reason to give up": ("keys-expire",),
    "expired keys are no obstacle": ("keys-expire", "kill-node", "cut-off"),
    "keys that are not yet valid are no obstacle": ("keys-not-yet-valid", "delete-pod"),
    "who cannot reach the hub keeps its cluster's Lease": ("hub-cut-off-machine",),
    "a cluster whose keys have expired is well": ("cluster-keys-expire",),
    "a holding timed from its answer": ("api-slow", "pause-machine"),
    "an unreadable fence permits": ("damage-fence",),
    "a node that does not go off lives": ("deafen", "hold-off"),
    "new keys are used before the Lease says so": ("issue-keys", "fail-at-key-change", "api-lost"),
    "new keys are taken at every turn": ("exchange-keys-again-and-again",),
    "control itself looks at the socket": ("reads-hang",),
    "a metric that lies has no reason of its own": ("metric-lies", "kill-node"),
    "released while the node is told to end": ("hand-over", "stop-node"),
    "who heard nothing for long knows all the same": ("api-fall-back-to-former-leader", "cut-off"),
    "forging without a lease is tolerated": ("sighup-at-start",),
    "handed over as soon as no longer leading": ("delete-pod", "cut-off"),
    "whoever goes by another hub follows early": ("cut-off-forger", "replace-kubeconfig"),
}

#: What the simulation does not notice, and which unit test does.
NOTICED_BY = {
    "a SIGHUP is dated before it is sent": "control/test_executor.py",
    "keys are unlinked whoever lives": "control/test_executor.py",
    "an answer counts for whoever is held by then": "control/test_scraper.py",
    "a scrape is dated by its answer": "node/test_metric.py",
    "a scrape that began before the SIGHUP counts": "forging/test_slow_pages.py",
    "an acceptance outlives its process": "control/test_observer.py",
    "a look that ends too late says that nobody is up": "control/test_observer.py",
    "a socket that hangs is a silent node": "control/test_hanging_reads.py",
    "the node that the fence names is not looked for": "node/test_node_watch.py",
    "the guard looks at the keys after the fence": "guard/test_loop.py",
    "a guard without a fence seems to guard": "guard/test_logic.py",
    "a fence that names nobody takes back": "guard/test_logic.py",
    "what was not answered was not written": "election/test_holding.py",
    "a change shortens the wait": "election/test_taking_over.py",
    "the record's leaseDuration is not honoured": "election/test_taking_over.py",
    "a foreign write is ignored": "election/test_holding.py",
    "a renewal proves whenever it is answered": "election/test_lost_writes.py",
    "whichever set lies there is put in place": "forging/test_rotation.py",
    "a fence that was ordered is written": "forging/test_machine.py",
    "a Lease that the Role no longer names binds": "control/test_several_leases.py",
    "a Lease that was refused binds nobody at once": "election/test_withdrawal.py",
    "expired keys never lead again": "forging/test_expired_keys.py",
    "whatever is delivered takes the place of good keys": "gate/test_provisioner.py",
    "the longer lease counts without the hub's": "election/test_beside_hub.py",
    "the longer lease counts under any hub": "election/test_beside_hub.py",
    "who followed early releases": "election/test_beside_hub.py",
    "a hub that a lost write names does not count": "election/test_beside_hub.py",
    "who starts anew followed nobody": "election/test_beside_hub.py",
    "who follows early names its own hub": "election/test_beside_hub.py",
    "a mark that was carried along counts": "election/test_beside_hub.py",
}

CLUSTERS_CAUGHT_BY = {
    "who cannot reach the hub keeps its cluster's Lease": 1,
    "the cluster's own lease is enough": 2,
    "the fence follows the own lease alone": 1,
    "the hub's is released while switching off": 1,
    "the hub's is asked for without the own one": 1,
    "a cluster that is disabled goes on": 1,
    "a cluster never hands back": 2,
    "a cluster whose keys have expired is well": 7,
    "a cluster waits for the better ones for ever": 1,
}

HUBS_CAUGHT_BY = {
    "whoever goes by another hub follows early": 1,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [name for name in EVERY if name not in NOTICED_BY])
def test_it_is_noticed(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    EVERY[name](monkeypatch)
    run, first, choice = _history_of(name)
    for seed in range(first, first + MOST_HISTORIES):
        try:
            run(seed, choice)
        except HistoryError as error:
            record_property("noticed", f"seed {seed}: {str(error).splitlines()[0]}")
            return
    pytest.fail(f"without this rule {MOST_HISTORIES} histories went well: {name}")


@pytest.mark.parametrize("name", NOTICED_BY)
def test_a_unit_test_notices_it(name: str) -> None:
    plugin = ("-p", "tests.sidecar.simulation.saboteur")
    test = Path(__file__).parent.parent / NOTICED_BY[name]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, str(test)],
        env={**os.environ, "SABOTAGE": name},
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert found.returncode == pytest.ExitCode.TESTS_FAILED, found.stdout.decode()


@pytest.mark.timeout(900)
def test_nothing_is_noticed_when_nothing_is_taken_away() -> None:
    for run, seed, choice in {_history_of(name) for name in EVERY if name not in NOTICED_BY}:
        run(seed, choice)


def _history_of(name: str) -> tuple[Callable[[int, Choice], Figures], int, Choice]:
    """Return what runs the histories that notice it, the first of them, and their faults."""
    run = run_federated_history if name in OF_CLUSTERS else run_history
    run = run_contested_history if name in OF_BONDS else run
    first = {**CAUGHT_BY, **CLUSTERS_CAUGHT_BY, **HUBS_CAUGHT_BY}.get(name, 1)
    return run, first, choose(only=BY_KINDS[name]) if name in BY_KINDS else USUAL

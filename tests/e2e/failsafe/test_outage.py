"""It forges through an outage; who comes after it waits, unless somebody knows better."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.failsafe.only_replica import LEASE_S, USUAL_S, only_replica
from tests.e2e.framework.api_server import ApiServer
from tests.e2e.framework.replica import Part
from tests.e2e.framework.three_replicas import LEASE
from tests.e2e.reader.desk import commands_of, desk_at

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.failsafe.only_replica import Case

pytestmark = [pytest.mark.timed, pytest.mark.timeout(1200)]

#: From what was seen of one pod to the first block of the next: a pod, its start, a node's start.
START_S = 40
#: After the server is back for so long, a lease that was not renewed would have run out.
RENEWED_S = 30


def lose(case: Case) -> None:
    """Have all of the pod end without a word, as with its machine, and delete it by force."""
    with case.leader.machine.without_kubelet():
        case.leader.signal("KILL", Part.MANAGER, Part.GUARD, Part.NODE)
        case.namespace.run("delete", "pod", case.leader.pod, "--force", "--grace-period=0")


def wait_for_successor(case: Case, deadline_s: float) -> None:
    """Wait until another pod forges."""

    def forger() -> bool:
        return any(run != case.leader.run for run in case.system.journal.forgers())

    case.system.wait_for("its successor to forge", forger, deadline_s=deadline_s)


@pytest.mark.parametrize("away_s", [60, 275])
def test_the_api_server_stopped(case: Case, away_s: int) -> None:
    stopped = time.monotonic()
    with case.system.machines.without_api_server(case.namespace.kubectl) as server:
        case.watch(away_s, meanwhile=server.kill)
    case.note(f"away for {time.monotonic() - stopped:.0f} s")
    case.watch(RENEWED_S)
    case.judge(none_below_s=0.5)
    assert {line.run for line in case.lines() if line.event == "tick"} == {case.leader.run}


def test_the_api_server_stopped_for_longer_than_it_may(case: Case) -> None:
    server = ApiServer(case.system.machines.control_plane, case.namespace.kubectl)
    with server.stopped():
        since = datetime.now(UTC)
        case.watch(LEASE_S, meanwhile=server.kill)
        forged_s = (max(line.at for line in case.lines()) - since).total_seconds()
        case.note(f"forged for {forged_s:.0f} s without it")
        assert not case.system.journal.forgers()
        assert 284 < forged_s < 298
        case.leader.pid(Part.NODE)  # it was switched off, not ended
    case.wait_for_forger()
    case.watch(5)
    case.judge(none_below_s=None)


def test_a_machine_that_is_known_to_be_dead_is_not_waited_for(case: Case, tmp_path: Path) -> None:
    name = "test_a_machine_that_is_known_to_be_dead_is_not_waited_for"
    look, say = commands_of("docs/one-forger.md", name)
    lose(case)
    desk = desk_at(
        tmp_path / "desk",
        case.namespace.kubectl.kubeconfig,
        NAMESPACE=case.namespace.name,
        LEASE=LEASE,
    )
    holder, number = desk.run(look.text).stdout.split()
    uid = holder.rpartition("_")[2]
    assert uid == case.leader.run.uid
    case.watch(START_S)
    assert not case.system.journal.forgers()
    assert desk.run(say.text.replace("UID/NUMBER", f"{uid}/{number}")).returncode == 0
    said = time.monotonic()
    wait_for_successor(case, 60)
    case.note(f"forges {time.monotonic() - said:.1f} s after the annotation")
    case.judge(none_below_s=None)


def test_one_that_was_lost_is_waited_for(case: Case) -> None:
    deleted = datetime.now(UTC)
    lose(case)
    wait_for_successor(case, LEASE_S + 2 * START_S)
    waited_s = (datetime.now(UTC) - deleted).total_seconds()
    case.note(f"followed {waited_s:.0f} s after it was lost")
    assert waited_s > LEASE_S - 5
    case.judge(none_below_s=None)


@pytest.mark.parametrize("how", ["deleted", "updated"])
def test_one_that_lets_go_is_followed_as_ever(case: Case, how: str) -> None:
    let_go(case, how)
    wait_for_successor(case, USUAL_S + 2 * START_S)
    case.watch(5)
    case.judge(none_below_s=USUAL_S + START_S)


@pytest.mark.parametrize("how", ["deleted", "updated"])
def test_to_let_go_costs_nothing_beside_a_real_nodes_start(
    environment: Environment, tmp_path: Path, how: str
) -> None:
    """A real node replays its ledger for longer than a usual lease; that one is over by then."""
    with only_replica(environment, tmp_path, boot_seconds=USUAL_S + 10) as case:
        let_go(case, how)
        wait_for_successor(case, 4 * START_S)
        lines = [line for line in case.lines() if line.run != case.leader.run]
        up = min(line.at for line in lines if line.event.startswith("socket"))
        forges = min(line.at for line in lines if line.event == "tick")
        after_s = (forges - up).total_seconds()
        case.note(f"forges {after_s:.2f} s after its node is up")
        case.judge(none_below_s=None)
        assert after_s < 1


def let_go(case: Case, how: str) -> None:
    """Have it replaced in an orderly way."""
    if how == "deleted":
        case.namespace.run("delete", "pod", case.leader.pod, "--wait=false")
    else:
        case.system.deployment.upgrade({"podAnnotations": {"test/since": str(case.since)}})


def test_a_version_without_it_before(environment: Environment, tmp_path: Path) -> None:
    """What is installed elects by the usual lease; what replaces it by the long one, and back."""
    with only_replica(environment, tmp_path, failsafeSeconds=0) as case:
        for seconds in (300, 0):
            before = case.system.settled()
            election = {"election": {"failsafeSeconds": seconds}}
            case.system.deployment.upgrade({"forgeManager": election})
            wait_for_successor(before, USUAL_S + 2 * START_S)
        case.watch(5)
        case.judge(none_below_s=USUAL_S + START_S)


def test_from_one_to_three_and_back(case: Case) -> None:
    system = case.system
    for replicas in (3, 1):
        system.deployment.upgrade({"replicaCount": replicas})
        system.have(replicas)
        system.wait_for("the new replicas", system.is_rolled_out, deadline_s=180)
        case.wait_for_forger()
    case.watch(USUAL_S)
    case.judge(none_below_s=USUAL_S + START_S)

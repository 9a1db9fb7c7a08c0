"""What is planned, and a standby's node that restarts, beside the node of each version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework import faults
from tests.e2e.framework.history import restarts
from tests.e2e.framework.rotation import Rotation
from tests.e2e.framework.scenarios import restart_node
from tests.e2e.versions.kinds import NARROWEST, VERSIONS, beside

if TYPE_CHECKING:
    from tests.e2e.framework.case import Case

#: Seconds in which a standby is left alone, to see what its node has to say.
QUIET_S = 600
STALL_S = 20

pytestmark = [pytest.mark.timed, pytest.mark.timeout(900)]


def only_the_leader_forged(case: Case) -> None:
    assert {line.run for line in case.lines() if line.event == "tick"} == {case.leader.run}


@beside(VERSIONS)
def test_hand_over(case: Case) -> None:
    named = case.standbys[0]
    faults.hand_over(case, named)
    assert case.wait_for_forger(other_than=case.leader.run) == named.run
    case.watch(3)
    case.judge(none_below_s=1)


@beside(VERSIONS)
def test_rotation(case: Case) -> None:
    rotation = Rotation.begin(case)
    rotation.deliver_to_all()
    rotation.judge(none_below_s=1)


@beside(VERSIONS)
def test_restarts_of_a_standbys_node(case: Case) -> None:
    restart_node(case, case.standbys[0], times=3)
    case.judge(none_below_s=1)
    only_the_leader_forged(case)


@beside(NARROWEST)
def test_a_node_that_stalls_for_twenty_seconds_is_not_killed(case: Case) -> None:
    before = node_restarts(case)
    faults.stall(case, seconds=STALL_S)
    case.watch(5)
    assert node_restarts(case) == before
    case.judge(none_below_s=STALL_S + 2)
    only_the_leader_forged(case)


def node_restarts(case: Case) -> dict[str, int]:
    pods = case.namespace.items("pods")
    return {pod["metadata"]["name"]: restarts(pod)[NODE] for pod in pods}


@pytest.mark.timeout(QUIET_S + 300)
@beside(NARROWEST)
def test_a_standbys_log_has_no_line_that_our_checks_cause(case: Case) -> None:
    standby, since = case.standbys[0], datetime.now(UTC) + timedelta(seconds=1)
    case.watch(QUIET_S)
    at = since.isoformat(timespec="seconds").replace("+00:00", "Z")
    said = case.namespace.run("logs", standby.pod, f"--container={NODE}", f"--since-time={at}")
    case.note(f"{len(said.splitlines())} lines in {QUIET_S} s")
    assert said == ""

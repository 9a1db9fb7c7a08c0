"""A standby's node starts again however often it ends, with its keys; no SIGHUP makes it forge."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from devkit.steps import StepError
from tests.e2e.framework.replica import Part
from tests.e2e.framework.scenarios import restart_node

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.case import Case
    from tests.e2e.framework.replica import Replica

pytestmark = [pytest.mark.timed, pytest.mark.timeout(1800)]

#: Of twenty, the last three are held back by the kubelet as it does by default: 10 s before the
#: second restart, 20 s before the third.
QUICK_RESTARTS = 17
BACK_OFF_RESTARTS = 3
BACK_OFF_DEADLINE_S = 120


def leave(replica: Replica) -> None:
    """Do nothing to the manager."""


def kill_manager(replica: Replica) -> None:
    with contextlib.suppress(StepError):  # it may not have been started again yet
        replica.signal("KILL", Part.MANAGER)


def stop_manager(replica: Replica) -> None:
    replica.signal("STOP", Part.MANAGER)


WITH: dict[str, Callable[[Replica], None]] = {
    "its manager alive": leave,
    "its manager dead": kill_manager,
}
#: What is done before each restart. The back-off is set by starting the kubelet again, which then
#: holds a node back until it has itself seen the manager's startup probe pass: stopped after that.
WITH_BACK_OFF: dict[str, tuple[Callable[[Replica], None], ...]] = {
    name: (each,) * BACK_OFF_RESTARTS for name, each in WITH.items()
} | {"its manager stopped": (leave, stop_manager, stop_manager)}


def only_the_leader_forged(case: Case) -> None:
    case.judge(none_below_s=1)
    assert {line.run for line in case.lines() if line.event == "tick"} == {case.leader.run}


@pytest.mark.parametrize("manager", WITH)
def test_restarts_of_a_standbys_node(manager: str, case: Case) -> None:
    standby = case.standbys[0]
    restart_node(case, standby, QUICK_RESTARTS, first=lambda: WITH[manager](standby))
    only_the_leader_forged(case)


@pytest.mark.parametrize("manager", WITH_BACK_OFF)
def test_restarts_of_a_standbys_node_with_the_default_back_off(manager: str, case: Case) -> None:
    standby, before_each = case.standbys[0], iter(WITH_BACK_OFF[manager])
    with standby.machine.default_back_off(), contextlib.ExitStack() as stack:
        stack.callback(standby.carry_on, Part.MANAGER)
        took = restart_node(
            case,
            standby,
            BACK_OFF_RESTARTS,
            first=lambda: next(before_each)(standby),
            deadline_s=BACK_OFF_DEADLINE_S,
        )
    case.note(f"from kill to start: {', '.join(f'{each:.1f} s' for each in took)}")
    assert took[1] > 8, "the second restart was not held back as it is by default"
    only_the_leader_forged(case)


def test_sighup_to_a_standbys_running_node(case: Case) -> None:
    for standby in case.standbys:
        standby.signal("HUP", Part.NODE)
    case.watch(5)
    said = [line.event for line in case.lines() if line.run != case.leader.run]
    assert not [event for event in said if event == "tick" or "forging on" in event], said
    case.judge(none_below_s=1)

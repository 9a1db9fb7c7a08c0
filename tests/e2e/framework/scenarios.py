"""What both suites do at length: a first start, and a standby's node that ends again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forge_manager.commands.timeline.observations import NODE
from tests.e2e.framework.history import container
from tests.e2e.framework.replica import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.case import Case
    from tests.e2e.framework.forging_times import Line
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.three_replicas import SharedThreeReplicas

_SOCKET = "socket: "
_START = "start: "


def first_start(shared_three_replicas: SharedThreeReplicas) -> Case:
    """Install three replicas; the case begins when the first of their nodes is up."""
    begun = datetime.now(UTC)
    three_replicas = shared_three_replicas.fresh()
    case = three_replicas.settled()
    lines = three_replicas.journal.lines(begun)
    case.since = min(line.at for line in lines if line.event.startswith(_SOCKET))
    return case


def restart_node(
    case: Case,
    replica: Replica,
    times: int,
    *,
    first: Callable[[], None] = lambda: None,
    deadline_s: float = 60,
) -> list[float]:
    """Kill a replica's node this many times, each time once it is up; return each start's delay.

    `first` is done before each kill. Fails when a node's start did not get as far as its socket, as
    it does without its files, and when the kubelet counts more restarts than there were kills.
    """
    counted = _restarts(case, replica)
    took = []
    for number in range(1, times + 1):
        first()
        killed = datetime.now(UTC)
        replica.signal("KILL", Part.NODE)
        up = _happened(case, replica, _SOCKET, after=killed)
        case.three_replicas.wait_for(f"start {number} of {replica.pod}", up, deadline_s=deadline_s)
        start = next(line.at for line in _said(case, replica, _START) if line.at > killed)
        took.append((start - killed).total_seconds())
    starts, sockets = (len(_said(case, replica, event)) for event in (_START, _SOCKET))
    assert (starts, sockets) == (times, times), case.history()
    assert _restarts(case, replica) - counted == times
    return took


def _happened(case: Case, replica: Replica, event: str, *, after: datetime) -> Callable[[], bool]:
    return lambda: any(line.at > after for line in _said(case, replica, event))


def _said(case: Case, replica: Replica, event: str) -> list[Line]:
    return sorted(
        (line for line in case.lines() if line.run == replica.run and line.event.startswith(event)),
        key=lambda line: line.at,
    )


def _restarts(case: Case, replica: Replica) -> int:
    count: int = container(case.three_replicas.pod(replica), NODE)["restartCount"]
    return count

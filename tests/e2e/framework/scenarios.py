"""What both suites do at length: a first start, and a standby's node that ends again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.e2e.framework.history import container
from tests.e2e.framework.replica import Part
from timeline.observations import NODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.framework.forging_times import Line
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.scene import Scene
    from tests.e2e.framework.trio import Trios

_SOCKET = "socket: "
_START = "start: "


def first_start(trios: Trios) -> Scene:
    """Install three replicas; the scene begins when the first of their nodes is up."""
    begun = datetime.now(UTC)
    trio = trios.fresh()
    scene = trio.settled()
    lines = trio.witness.lines(begun)
    scene.since = min(line.at for line in lines if line.event.startswith(_SOCKET))
    return scene


def restart_node(
    scene: Scene,
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
    counted = _restarts(scene, replica)
    took = []
    for number in range(1, times + 1):
        first()
        killed = datetime.now(UTC)
        replica.signal("KILL", Part.NODE)
        up = _happened(scene, replica, _SOCKET, after=killed)
        scene.trio.wait_for(f"start {number} of {replica.pod}", up, deadline_s=deadline_s)
        start = next(line.at for line in _said(scene, replica, _START) if line.at > killed)
        took.append((start - killed).total_seconds())
    starts, sockets = (len(_said(scene, replica, event)) for event in (_START, _SOCKET))
    assert (starts, sockets) == (times, times), scene.history()
    assert _restarts(scene, replica) - counted == times
    return took


def _happened(scene: Scene, replica: Replica, event: str, *, after: datetime) -> Callable[[], bool]:
    return lambda: any(line.at > after for line in _said(scene, replica, event))


def _said(scene: Scene, replica: Replica, event: str) -> list[Line]:
    return sorted(
        (
            line
            for line in scene.lines()
            if line.run == replica.run and line.event.startswith(event)
        ),
        key=lambda line: line.at,
    )


def _restarts(scene: Scene, replica: Replica) -> int:
    count: int = container(scene.trio.pod(replica), NODE)["restartCount"]
    return count

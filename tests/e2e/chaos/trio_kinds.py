"""Faults of three replicas on one cluster."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.e2e.chaos.kinds import (
    AT_ONCE,
    LASTS_S,
    RESUMED_TWO_AT_MOST_S,
    Kind,
    at_once,
    of_replicas,
    rolled_back,
    stopped,
    table,
)
from tests.e2e.chaos.plan import Shape
from tests.e2e.framework import faults
from tests.e2e.framework.rotation import checked_counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.kubectl import Kubectl
    from tests.e2e.chaos.plan import Draw
    from tests.e2e.framework.machines import Machines
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.scene import Scene

_DELIVERED_DEADLINE_S = 120.0


def whom(scene: Scene, draw: Draw) -> Replica:
    """Return the replica that a fault is for."""
    if draw.target == 0:
        return scene.leader
    return scene.standbys[draw.target % len(scene.standbys)]


def _on(do: Callable[[Scene], None]) -> Callable[[Scene, Draw], None]:
    """Return a fault of leaders as one of any replica."""
    return lambda scene, draw: do(replace(scene, leader=whom(scene, draw)))


@contextlib.contextmanager
def _paused(scene: Scene, draw: Draw) -> Iterator[None]:
    """Pause a machine, but for the one of the API server: that is a fault of its own."""
    machine = whom(scene, draw).machine
    if machine == scene.trio.machines.control_plane:
        everyone = (scene.leader, *scene.standbys)
        machine = next(one.machine for one in everyone if one.machine != machine)
    with machine.paused():
        yield


def _cluster(scene: Scene) -> tuple[Machines, Kubectl]:
    return scene.trio.machines, scene.namespace.kubectl


def _roll(scene: Scene, _draw: Draw) -> None:
    now = datetime.now(UTC).isoformat()
    scene.trio.deployment.upgrade({"podAnnotations": {"test/since": now}})


@contextlib.contextmanager
def _rotated(scene: Scene, draw: Draw) -> Iterator[None]:
    """Issue a newer certificate, which one replica gets at once and all in the end."""
    trio = scene.trio
    newer = checked_counter(scene.namespace, scene.leader) + 1
    trio.deployment.put_secret(trio.pool.issue(counter=newer))
    trio.deployment.hasten_delivery(whom(scene, draw).pod)
    yield

    def delivered() -> bool:
        late = [one for one in trio.replicas() if checked_counter(scene.namespace, one) != newer]
        for one in late:
            trio.deployment.hasten_delivery(one.pod)
        return not late

    trio.wait_for(f"{newer} at all", delivered, deadline_s=_DELIVERED_DEADLINE_S)


@contextlib.contextmanager
def _drained(scene: Scene, draw: Draw) -> Iterator[None]:
    with faults.drained(replace(scene, leader=whom(scene, draw))):
        yield


KINDS: dict[str, Kind[Scene]] = table(
    [
        *of_replicas(whom),
        Kind("pod deleted", at_once(_on(faults.delete)), Shape(AT_ONCE)),
        Kind("pod deleted by force", at_once(_on(faults.force_delete)), Shape(AT_ONCE)),
        Kind("machine drained", _drained, Shape((3.0, 10.0))),
        Kind(
            "machine paused",
            _paused,
            Shape(LASTS_S, alone=True),
            two_at_most_s=RESUMED_TWO_AT_MOST_S,
        ),
        Kind(
            "API server stopped",
            lambda scene, _: stopped(*_cluster(scene), scene),
            Shape(LASTS_S, alone=True),
        ),
        Kind(
            "API server rolled back",
            lambda scene, _: rolled_back(scene.trio.machines, scene.namespace.kubectl),
        ),
        Kind("Lease deleted", at_once(lambda s, _: faults.delete_lease(s)), Shape(AT_ONCE)),
        Kind(
            "Lease given to a stranger",
            at_once(lambda s, _: faults.give_lease_to_a_stranger(s)),
            Shape(AT_ONCE),
        ),
        Kind("Lease emptied", at_once(lambda s, _: faults.empty_lease(s)), Shape(AT_ONCE)),
        Kind("rolling update", at_once(_roll), Shape(AT_ONCE)),
        # A Secret that is rolled back meanwhile would never be delivered.
        Kind("certificate rotated", _rotated, Shape((0.0, 15.0), alone=True)),
    ]
)
SHAPES = {name: kind.shape for name, kind in KINDS.items()}

"""Faults of two clusters and a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devkit.steps import StepError
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
from tests.e2e.framework.machines import Machines

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from devkit.kubectl import Kubectl
    from tests.e2e.chaos.plan import Draw
    from tests.e2e.framework.pair import PairScene
    from tests.e2e.framework.region import Region
    from tests.e2e.framework.replica import Replica

_LONG_S = (10.0, 40.0)


def everyone(scene: PairScene) -> list[Replica]:
    """Return the replicas of both clusters that are up, the leader first."""
    found = [one for region in scene.pair.regions for one in region.replicas()]
    return sorted(found, key=lambda one: one.run.uid != scene.leader.run.uid)


def whom(scene: PairScene, draw: Draw) -> Replica:
    """Return the replica that a fault is for."""
    found = everyone(scene)
    if not found:
        raise StepError("no replica is up")
    return found[draw.target % len(found)]


def _region(scene: PairScene, draw: Draw) -> Region:
    """Return the cluster of the leader, or the other one."""
    return scene.pair.west if draw.target else scene.pair.east


def _delete(scene: PairScene, draw: Draw) -> None:
    replica = whom(scene, draw)
    for region in scene.pair.regions:
        if replica.machine in region.machines.all:
            region.namespace.run("delete", "pod", replica.pod, "--wait=false")


def _machine_cut_off(scene: PairScene, draw: Draw) -> AbstractContextManager[None]:
    """Cut one replica off from the hub, as if it alone were on its machine."""
    return whom(scene, draw).cut_off(scene.pair.hub.address)


def _cluster_cut_off(scene: PairScene, draw: Draw) -> AbstractContextManager[None]:
    return _region(scene, draw).cut_off(scene.pair.hub.address)


def _hub(scene: PairScene) -> tuple[Machines, Kubectl]:
    hub = scene.pair.hub
    return Machines((hub.machine,)), hub.namespace.kubectl


def _outranked(scene: PairScene, _draw: Draw) -> AbstractContextManager[None]:
    return scene.pair.west.prioritised(scene.pair.east.priority - 1)


def _disabled(scene: PairScene, draw: Draw) -> AbstractContextManager[None]:
    return _region(scene, draw).overridden(reason="maintenance", forceState="Disabled")


KINDS: dict[str, Kind[PairScene]] = table(
    [
        *of_replicas(whom),
        Kind("pod deleted", at_once(_delete), Shape(AT_ONCE)),
        Kind("one machine cut off from the hub", _machine_cut_off, Shape(_LONG_S)),
        Kind("cluster cut off from the hub", _cluster_cut_off, Shape(_LONG_S)),
        Kind(
            "cluster paused",
            lambda scene, draw: _region(scene, draw).paused(),
            Shape(LASTS_S, alone=True),
            two_at_most_s=RESUMED_TWO_AT_MOST_S,
        ),
        Kind(
            "hub stopped",
            lambda scene, _: stopped(*_hub(scene), scene),
            Shape(_LONG_S, alone=True),
        ),
        Kind(
            "hub silent",
            lambda scene, _: scene.pair.hub.machine.paused(),
            Shape(_LONG_S, alone=True),
        ),
        Kind(
            "hub rolled back",
            lambda scene, _: rolled_back(*_hub(scene)),
            Shape(_LONG_S),
        ),
        Kind("priority changed", _outranked, Shape(_LONG_S)),
        Kind("cluster disabled", _disabled, Shape(_LONG_S)),
        Kind(
            "health check failing",
            lambda scene, draw: _region(scene, draw).health.failing(),
            Shape(_LONG_S),
        ),
    ]
)
SHAPES = {name: kind.shape for name, kind in KINDS.items()}

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
    from tests.e2e.framework.region import Region
    from tests.e2e.framework.replica import Replica
    from tests.e2e.framework.two_clusters import TwoClustersCase

_LONG_S = (10.0, 40.0)


def everyone(case: TwoClustersCase) -> list[Replica]:
    """Return the replicas of both clusters that are up, the leader first."""
    found = [one for region in case.two_clusters.regions for one in region.replicas()]
    return sorted(found, key=lambda one: one.run.uid != case.leader.run.uid)


def whom(case: TwoClustersCase, draw: Draw) -> Replica:
    """Return the replica that a fault is for."""
    found = everyone(case)
    if not found:
        raise StepError("no replica is up")
    return found[draw.target % len(found)]


def _region(case: TwoClustersCase, draw: Draw) -> Region:
    """Return the cluster of the leader, or the other one."""
    return case.two_clusters.west if draw.target else case.two_clusters.east


def _delete(case: TwoClustersCase, draw: Draw) -> None:
    replica = whom(case, draw)
    for region in case.two_clusters.regions:
        if replica.machine in region.machines.all:
            region.namespace.run("delete", "pod", replica.pod, "--wait=false")


def _machine_cut_off(case: TwoClustersCase, draw: Draw) -> AbstractContextManager[None]:
    """Cut one replica off from the hub, as if it alone were on its machine."""
    return whom(case, draw).cut_off(case.two_clusters.hub.address)


def _cluster_cut_off(case: TwoClustersCase, draw: Draw) -> AbstractContextManager[None]:
    return _region(case, draw).cut_off(case.two_clusters.hub.address)


def _hub(case: TwoClustersCase) -> tuple[Machines, Kubectl]:
    hub = case.two_clusters.hub
    return Machines((hub.machine,)), hub.namespace.kubectl


def _outranked(case: TwoClustersCase, _draw: Draw) -> AbstractContextManager[None]:
    return case.two_clusters.west.prioritised(case.two_clusters.east.priority - 1)


def _disabled(case: TwoClustersCase, draw: Draw) -> AbstractContextManager[None]:
    return _region(case, draw).overridden(reason="maintenance", forceState="Disabled")


KINDS: dict[str, Kind[TwoClustersCase]] = table(
    [
        *of_replicas(whom),
        Kind("pod deleted", at_once(_delete), Shape(AT_ONCE)),
        Kind("one machine cut off from the hub", _machine_cut_off, Shape(_LONG_S)),
        Kind("cluster cut off from the hub", _cluster_cut_off, Shape(_LONG_S)),
        Kind(
            "cluster paused",
            lambda case, draw: _region(case, draw).paused(),
            Shape(LASTS_S, alone=True),
            two_at_most_s=RESUMED_TWO_AT_MOST_S,
        ),
        Kind(
            "hub stopped",
            lambda case, _: stopped(*_hub(case), case),
            Shape(_LONG_S, alone=True),
        ),
        Kind(
            "hub silent",
            lambda case, _: case.two_clusters.hub.machine.paused(),
            Shape(_LONG_S, alone=True),
        ),
        Kind(
            "hub rolled back",
            lambda case, _: rolled_back(*_hub(case)),
            Shape(_LONG_S),
        ),
        Kind("priority changed", _outranked, Shape(_LONG_S)),
        Kind("cluster disabled", _disabled, Shape(_LONG_S)),
        Kind(
            "health check failing",
            lambda case, draw: _region(case, draw).health.failing(),
            Shape(_LONG_S),
        ),
    ]
)
SHAPES = {name: kind.shape for name, kind in KINDS.items()}

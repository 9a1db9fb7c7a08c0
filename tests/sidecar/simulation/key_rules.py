"""What must hold of the keys: none older after newer ones, none exchanged under a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import World

#: A leader changes its keys once in this time, by any clock that was not stepped.
PAUSE_NS = 55 * SECOND
#: From looking whether a node boots to putting keys in place: one may start in between.
JUST_STARTED_NS = 50 * MILLISECOND


class InvariantError(AssertionError):
    """A history in which something happened that never may."""


class KeyRules:
    """`highest_used`: the highest counter that any node was switched on with.

    `excused`: whether nothing could have kept a node from forging. `is_recorded`: whether the Lease
    names a pod. `on_changed`: a fault that waits for a leader to change its keys.
    """

    def __init__(
        self, world: World, excused: Callable[[Node], bool], is_recorded: Callable[[Pod], bool]
    ) -> None:
        self.highest_used = 0
        self.on_changed: Callable[[Pod], None] | None = None
        self._world = world
        self._excused = excused
        self._is_recorded = is_recorded

    def switched_on(self, node: Node) -> None:
        """Check that a node that was switched on just now has no older certificate than another."""
        if node.keys is None or self._excused(node):
            return
        if node.keys.counter < self.highest_used:
            raise InvariantError(f"{node.name} forges with an older certificate than was used")
        if self._is_recorded(node.pod):  # else somebody has taken the record away by hand
            self.highest_used = node.keys.counter

    def changed(self, manager: ManagerProcess) -> None:
        """Check that a leader does not change its keys again and again."""
        since_ns, manager.changed_ns = manager.changed_ns, self._world.real_ns
        if since_ns is not None and self._world.real_ns - since_ns < PAUSE_NS:
            raise InvariantError("a leader changes its keys too often")
        if self.on_changed is not None:
            self.on_changed(manager.pod)

    def metric_missing(self, manager: ManagerProcess) -> None:
        """Check that no second node ends because it does not show the metric."""
        if manager.blind_before:
            raise InvariantError("another node ends though the metric was missing before")
        manager.blind_before = True

    def exchanged(self, pod: Pod) -> None:
        """Check that no node was about to read the set that was there; one may start just then."""
        node = pod.node
        if node is None or not node.alive or not node.reading:
            return
        if self._world.real_ns - node.began_ns > JUST_STARTED_NS:
            raise InvariantError(f"I1: {node.name}'s keys are exchanged while it starts")

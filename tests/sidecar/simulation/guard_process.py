"""The guard's process around the real decision: look, decide, act, with time in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.guard.logic import Guard, KeyOrder, LiveKeys, Orders, Sight
from forge_manager.guard.protocol import encode, parse_fence
from tests.sidecar.simulation.world import Process

if TYPE_CHECKING:
    from forge_manager.guard.protocol import Fence
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.pod import Pod


def find_node(pod: Pod, held: Node | None, fence: Fence | None) -> Node | None:
    """Find the node's process by the rule that guard.logic states."""
    if held is not None and held.alive:
        return held
    node = pod.node
    if node is None or not node.alive:
        return None
    named = fence is not None and fence.node == node.id
    return node if named or node.accepts else None


class GuardProcess(Process):
    """One run of the guard's container."""

    def __init__(self, pod: Pod) -> None:
        super().__init__(pod.world, pod.machine)
        self._pod = pod
        self._guard: Guard = pod.cluster.make_guard(pod.machine.boot_id)
        self._held: Node | None = None
        self._looked_ns = 0
        self.after(self.world.ms(50, 300), self._look)

    def _look(self) -> None:
        self._looked_ns = self.world.real_ns
        live = self._pod.keys.look()
        if self._pod.guard_is_quick and self.world.chance(0.8):
            self._decide(live)
        else:  # stopped, or only slow, between two looks
            slow_ms = 2 if self._pod.guard_is_quick else 150
            self.after(self.world.ms(0, slow_ms), lambda: self._decide(live))

    def _decide(self, live: LiveKeys) -> None:
        pod = self._pod
        fence = parse_fence(pod.fence_file, self.machine.boot_id)
        self._held = find_node(pod, self._held, fence)
        node = self._held.id if self._held else None
        checked = pod.keys.checked is not None
        orders = self._guard.look(Sight(self.machine.now(), live, checked, node, fence))
        last = self._guard.last_fence
        if last is not None and node is not None and last.permits(node, self.machine.now()):
            self.holds_fuse = True
        if orders.kill is None and orders.keys is KeyOrder.LEAVE:
            self._finish(orders)
        else:
            self.after(self.world.ms(0, 2), lambda: self._act(orders))

    def _act(self, orders: Orders) -> None:
        if orders.kill is not None and self._held is not None and self._held.alive:
            if not self._held.doomed:
                self.world.log(f"{self._pod.name} guard kills the node: {orders.reason}")
                self._pod.cluster.pod_rules.node_killed(self._pod, self._held)
            self._held.kill()
        keys = self._pod.keys
        if orders.keys is KeyOrder.PUT_LIVE:
            keys.put_checked(None)
        elif orders.keys is KeyOrder.UNLINK:
            self._pod.cluster.pod_rules.guard_unlinks(self._pod, self._looked_ns)
            keys.unlink()
        self._finish(orders)

    def _finish(self, orders: Orders) -> None:
        self._pod.write_heartbeat(encode(orders.heartbeat))
        self.after(self.world.ms(40, 120), self._look)

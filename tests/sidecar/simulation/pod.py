"""A pod as the kubelet runs it: volumes, three containers, restarts, the gate, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.fence.fuse import PATIENCE_NS
from forge_manager.fence.protocol import Fence, encode
from forge_manager.forging.actions import PublishFence
from tests.sidecar.simulation.guard_process import GuardProcess
from tests.sidecar.simulation.key_rules import InvariantError
from tests.sidecar.simulation.keys import KeySet, Volumes
from tests.sidecar.simulation.manager_process import ManagerProcess
from tests.sidecar.simulation.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.election.terms import Terms
    from forge_manager.forging.actions import Action
    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.world import Machine, Process

_LAST_BACK_OFF_NS = 10 * SECOND  # a scaled-down kubelet: its own is 5 minutes
_FORGIVEN_AFTER_NS = 30 * SECOND
#: A manager or guard that has run for so long holds the fuse of a node that may forge.
_FUSE_HELD_NS = 2 * SECOND
_PRE_STOP_NS = 8 * SECOND
GRACE_NS = 6 * SECOND


class Pod:
    """One pod object; its StatefulSet gives the next one the same name and another uid."""

    def __init__(
        self, cluster: Cluster, machine: Machine, *, name: str, uid: str, keys: KeySet, terms: Terms
    ) -> None:
        self.cluster = cluster
        self.terms = terms
        self.world = cluster.world
        self.machine = machine
        self.name = name
        self.uid = uid
        self.keys = Volumes(self, keys)
        self.boot_ms = (300, 4000)
        self.fence: Fence | None = None
        self.fence_file: bytes | None = None
        self.heartbeat_file: bytes | None = None
        self.permitted_ns = 0  # real time from which the fence has named its node, and was not off
        self.manager: ManagerProcess | None = None
        self.guard: GuardProcess | None = None
        self.node: Node | None = None
        self.sighup_at_start = False
        self.guard_is_quick = True  # between its looks
        self.terminating = False
        self.gone = False
        self.troubled_ns = self.world.real_ns  # when something last kept it from its work
        self.leases = cluster.leases_of_new_pods()  # by which it is elected: all of them
        self.failing: type[Action] | None = None  # these fail every time
        self.full_since_ns: int | None = None  # since when its state volume has been full
        self.handed_over = False
        self._kubelet = cluster.kubelets[machine]
        self._passed: tuple[ManagerProcess | None, int] | None = None  # whose startup probe
        self._node_waits = True  # for that probe
        self._failures: dict[str, int] = {}
        self._started_ns: dict[str, int] = {}
        self._pids = 10
        self.world.at(self.world.ms(20, 300), self._start_guard)
        self.world.at(self.world.ms(300, 600), self._start_manager)

    # Files

    def write_fence(self, fence: Fence) -> None:
        before = self.fence
        if before is None or before.off or before.node != fence.node:
            self.permitted_ns = self.world.real_ns
        self.fence, self.fence_file = fence, encode(fence)
        if not fence.off and fence.forge_until_ns:
            self.cluster.check_fence(self, fence)

    def permits_anew(self, fence: Fence) -> bool:
        """Tell whether this one, about to be written, lets a node forge that may not yet."""
        before = self.fence
        return not fence.off and fence.forge_until_ns > 0 and (before is None or before.off)

    def fence_of(self, node: Node) -> Fence | None:
        """Return the fence in force for this node: a lost one is what its guard remembers."""
        published, guard = self.fence, self.guard
        named = published is not None and published.node == node.id
        return published if named or guard is None or not guard.alive else guard.enforced

    def write_heartbeat(self, content: bytes) -> None:
        if self.full_since_ns is None:
            self.heartbeat_file = content

    def action_fails(self, kind: type[Action]) -> bool:
        """Tell whether an action of the manager is one that cannot be carried out."""
        full = self.full_since_ns is not None and kind is PublishFence
        always = self.failing is not None and issubclass(kind, self.failing)
        return full or always or self.world.chance(self.cluster.action_failures)

    def credentials_checked(self) -> None:
        """Let the manager pass its startup probe; the kubelet asks until then.

        A new manager's is asked anew, and so is each by a new kubelet.
        """
        asked = (self.manager, self._kubelet.runs)
        starts = self.node is None or not self.node.alive
        if self._kubelet.away or self._passed == asked or (starts and self.keys.live is None):
            return
        self._passed = asked
        if self._node_waits:
            self._node_waits = False
            self.world.at(self.world.ms(200, 1500), self._start_node)

    def reload_pending(self) -> bool:
        """Tell whether the manager is about to signal a standby for its topology.

        Two SIGHUPs at the same time end in either order, and the metric need not tell (docs).
        """
        wanted = self.cluster.operator.reload
        return self.manager is not None and self.manager.reloaded != wanted

    # Containers

    def _start_guard(self) -> None:
        self._start("guard", self._make_guard)

    def _start_manager(self) -> None:
        self._start("manager", self._make_manager)

    def _start_node(self) -> None:
        """Start it when the manager before it has started, as the kubelet has it."""
        self._kubelet.when_here(self._start_node_if_passed)

    def _start_node_if_passed(self) -> None:
        manager = self.manager
        alive = manager is not None and manager.alive
        if alive and self._passed == (manager, self._kubelet.runs):
            self._start("node", self._make_node)
        else:
            self._node_waits = True

    def _make_guard(self) -> None:
        self.guard = GuardProcess(self)

    def _make_manager(self) -> None:
        self.manager = ManagerProcess(self)

    def _make_node(self) -> None:
        self._pids += 1
        self.node = Node(self, self._pids)

    def _start(self, container: str, make: Callable[[], None]) -> None:
        def begin() -> None:
            if not self.terminating and not self.gone:
                self._started_ns[container] = self.world.real_ns
                make()

        self._kubelet.when_here(begin)

    def _restart(self, container: str, start: Callable[[], None]) -> None:
        """Start it again: soon at first, later and later if it keeps ending."""
        ran_ns = self.world.real_ns - self._started_ns.get(container, 0)
        failures = 0 if ran_ns > _FORGIVEN_AFTER_NS else self._failures.get(container, 0)
        self._failures[container] = failures + 1
        delay = self.world.ms(370, 1350)
        if failures:
            delay += min(SECOND << failures, _LAST_BACK_OFF_NS)
        self.world.at(delay, start)

    def node_ended(self) -> None:
        if not self.terminating and not self.gone:
            self._restart("node", self._start_node)

    def kill(self, process: Process) -> None:
        """SIGKILL manager or guard."""
        if not process.alive:
            return
        process.alive = False
        process.stopped_ns = self.world.real_ns
        name = "manager" if process is self.manager else "guard"
        self.world.log(f"{self.name} {name} killed")
        self.troubled_ns = self.world.real_ns
        if isinstance(process, ManagerProcess):
            process.ended()
        if process.holds_fuse:
            self._blow_fuse()
        if not self.terminating and not self.gone:
            self._restart(name, self._start_manager if name == "manager" else self._start_guard)

    # The fuse (guard.fuse): what is armed in the kernel and needs neither process

    def _may_forge(self) -> bool:
        fence, node = self.fence, self.node
        named = fence is not None and node is not None and fence.node == node.id
        return named and fence is not None and not fence.off

    def _blow_fuse(self) -> None:
        """Kill the node when the last of manager and guard dies that hold it."""
        parts = [p for p in (self.manager, self.guard) if p is not None and p.alive]
        if not self.cluster.fuse or not self._may_forge() or any(p.holds_fuse for p in parts):
            return
        if self.node is not None and self.node.alive:
            self.world.log(f"{self.name} fuse kills the node")
            for part in parts:
                self._check_idle(part)
            self.node.kill()

    def _check_idle(self, part: Process) -> None:
        """Check that a part that lives, and does not hold the fuse, had no time to."""
        since_ns = max(part.well_since_ns, self.machine.resumed_ns, self.permitted_ns)
        if part.running and not part.hangs and self.world.real_ns - since_ns > _FUSE_HELD_NS:
            raise InvariantError(f"{self.name}'s fuse kills the node though one of two lives")

    def watch_stopped(self, process: Process) -> None:
        """Let the own timer of a stopped process kill it when the fence falls."""
        if not process.alive or not process.stopped or not self.cluster.fuse:
            return
        fence = self.fence
        now = self.machine.now()
        passed = (
            fence is not None and not fence.off and now.boot_ns >= fence.ends_ns(now) + PATIENCE_NS
        )
        if passed and not self.machine.paused:
            self.kill(process)
        else:
            self.world.at(50 * MILLISECOND, lambda: self.watch_stopped(process))

    # The end

    def delete(self) -> None:
        """Delete it in order: the hook waits for the hand-over, then SIGTERM, then SIGKILL."""
        if self.terminating or self.gone:
            return
        self.world.log(f"{self.name} deleted")
        self.terminating = True
        self._kubelet.when_here(self._end_by_hook)

    def _end_by_hook(self) -> None:
        self._await_hand_over(self.world.real_ns + _PRE_STOP_NS)

    def _await_hand_over(self, until_ns: int) -> None:
        if self.gone:
            return
        manager, node = self.manager, self.node
        asked = manager is not None and manager.running and self.handed_over
        if node is None or not node.alive:
            self.world.at(self.world.ms(100, 500), self.end)
        elif asked or self.world.real_ns >= until_ns:
            if asked and node.forges and not self.cluster.excused(node):
                raise InvariantError(f"{self.name} is told to end though its node forges")
            self._kubelet.when_here(node.terminate)
            self.world.at(GRACE_NS, lambda: self._kubelet.when_here(self._end_in_order))
        else:
            self.world.at(50 * MILLISECOND, lambda: self._await_hand_over(until_ns))

    def _end_in_order(self) -> None:
        if self.node is not None:
            self.node.kill()
        self.world.at(self.world.ms(300, 600), self.end)

    def end(self) -> None:
        """Kill whatever is left of it; nothing restarts."""
        if self.gone:
            return
        if self.machine.paused or self._kubelet.away:
            self._kubelet.when_here(self.end)
            return
        self.gone = True
        for process in (self.manager, self.guard):
            if process is not None:
                self.kill(process)
        if self.node is not None:
            self.node.kill()
        self.cluster.pod_gone(self)

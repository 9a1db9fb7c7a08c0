"""What happens to the processes of a pod: stopped, killed, signalled, gone deaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from tests.sidecar.simulation.part import Part, healthy, settled
from tests.sidecar.simulation.pod import GRACE_NS

if TYPE_CHECKING:
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Process

#: A guard that was silent for this long has had its node switched off, or killed.
_IN_TURN_MS = 9000


class ProcessFaults(Part):
    """Faults of single processes."""

    def _processes(self, pod: Pod) -> list[Process]:
        """Choose manager, guard or both.

        Without a fuse, the second only fails when the first has failed for so long that the node
        must have been switched off or killed by the one that was left.
        """
        manager, guard = pod.manager, pod.guard
        if manager is None or guard is None or pod.gone:
            return []
        if self.cluster.fuse:
            every: list[list[Process]] = [[manager], [guard], [manager, guard]]
            return [process for process in self.random.choice(every) if process.alive]
        one, other = self.random.choice(((manager, guard), (guard, manager)))
        if not one.running or not pod.heartbeat_file:
            return []
        if other.running:
            return [one] if settled(other) else []
        alone_ns = self.world.real_ns - other.stopped_ns
        wait_ns = (
            _IN_TURN_MS * MILLISECOND if other is guard else 2 * self.cluster.longest_duration_ns()
        )
        return [one] if alone_ns > wait_ns and settled(one) else []

    def stop_process(self) -> None:
        """Manager or guard is stopped, or both."""
        pod = self._pod()
        for process in self._processes(pod):
            self._stop(pod, process)

    def _stop(self, pod: Pod, process: Process, at_least_ms: float = 0) -> None:
        if process.stopped:
            return
        self.world.log(f"{pod.name} SIGSTOP to {type(process).__name__}")
        process.stop()
        pod.watch_stopped(process)
        self.faults.lasting_any(process.proceed, at_least_ms)

    def stop_between_actions(self) -> None:
        """A manager is stopped in its next switch-on: decided then, done much later."""
        pod = self.random.choice(self.cluster.pods)
        manager = pod.manager
        if manager is None or not (self.cluster.fuse or healthy(pod)):
            return

        def stop() -> None:
            if self.cluster.fuse or healthy(pod):
                self._stop(pod, manager, self.faults.lease_ms() if self.world.chance(0.7) else 0)

        manager.before_action = stop

    def reads_hang(self) -> None:
        """What a manager reads on a claim (the node's socket) does not return."""
        pod = self._pod()
        manager = pod.manager
        if manager is None or manager.hangs:
            return
        self.world.log(f"{pod.name} a read hangs")
        manager.hangs = True

        def go_on() -> None:
            self.world.log(f"{pod.name} reads return again")
            manager.hangs = False

        self.faults.lasting_any(go_on)

    def stop_both_in_turn(self) -> None:
        """The guard is stopped, and the manager once it must have switched its node off."""
        pod = self._pod()
        manager, guard = pod.manager, pod.guard
        if manager is None or guard is None or not healthy(pod):
            return
        if not (settled(manager) and settled(guard)):
            return
        self._stop(pod, guard, _IN_TURN_MS + self.faults.lease_ms())
        began_ns = guard.stopped_ns

        def then() -> None:
            if guard.stopped and guard.stopped_ns == began_ns and settled(manager):
                self._stop(pod, manager, self.faults.lease_ms())

        self.world.at(self.world.ms(_IN_TURN_MS, _IN_TURN_MS), then)

    def slow_guard(self) -> None:
        """A guard takes long between its looks, and its pod is the one that is to forge."""
        pod = self.random.choice(self.cluster.pods)
        self.world.log(f"{pod.name} guard is slow")
        pod.guard_is_quick = False
        self.faults.do("hand-over")

        def quick() -> None:
            pod.guard_is_quick = True

        self.faults.lasting_any(quick)

    def stop_node(self) -> None:
        """A node is stopped, perhaps with its manager or guard."""
        pod = self._pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} SIGSTOP to node")
            pod.node.stop()
            self.faults.lasting_any(pod.node.proceed)
            if self.world.chance(0.3):
                for process in self._processes(pod)[:1]:
                    self._stop(pod, process)

    def hang_at_end(self) -> None:
        """A node does not end when it is told to: only SIGKILL ends it."""
        node = self._pod().node
        if node is not None and node.alive:
            self.world.log(f"{node.name} will hang at its end")
            node.hangs_at_end = True

    def kill_process(self) -> None:
        """Manager or guard is killed, or both."""
        pod = self._pod()
        for process in self._processes(pod):
            pod.kill(process)
        if self.world.chance(0.2) and pod.node is not None:
            pod.node.kill()

    def kill_node(self) -> None:
        """A node is killed, or told to end: as by the kubelet, that kills it some time later."""
        pod = self._pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} node killed")
            if self.random.choice((True, False)):
                pod.node.kill()
            else:
                pod.node.terminate()
                self.world.at(GRACE_NS, pod.node.kill)

    def stray_sighup(self) -> None:
        """A standby gets a person's SIGHUP."""
        pod = self._pod()
        node = pod.node
        fence = pod.fence
        if node is None or not node.alive or not node.accepts:
            return
        up_ns = self.world.real_ns - node.accepts_since_ns
        if fence is not None and fence.off and fence.node == node.id and up_ns > SECOND:
            self.world.log(f"{pod.name} stray SIGHUP")
            node.sighup()

    def sighup_at_start(self) -> None:
        """The next node of a pod meets a SIGHUP in the moment before its keys are away."""
        pod = self._pod()
        pod.sighup_at_start = healthy(pod) and self.cluster.has_metric  # nobody else sees it

    def damage_fence(self) -> None:
        """The fence file is cut short, or gone; every rename by the manager mends it."""
        pod = self._pod()
        if pod.fence_file is not None:
            self.world.log(f"{pod.name} fence file damaged")
            pod.troubled_ns = self.world.real_ns
            pod.fence_file = self.random.choice((None, b"", pod.fence_file[:40]))
            if self.cluster.fuse and pod.manager and pod.guard and self.world.chance(0.5):
                self._stop(pod, pod.manager)  # nobody mends it ...
                pod.kill(pod.guard)  # ... and nobody remembers

    def deafen(self) -> None:
        """A node takes no SIGHUP."""
        node = self._pod().node
        if node is None or not node.alive or not self.cluster.has_metric:  # nobody could see it
            return
        self.world.log(f"{node.name} is deaf to SIGHUP")
        node.deaf = node.was_deaf = True

        def hear() -> None:
            node.deaf = False

        self.faults.lasting_any(hear)

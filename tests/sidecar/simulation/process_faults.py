"""What happens to the processes of a pod: stopped, killed, signalled, gone deaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.moment import MILLISECOND, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event, Process

#: A guard that was silent for this long has had its node switched off, or killed.
_IN_TURN_MS = 9000


def healthy(pod: Pod) -> bool:
    """Tell whether both manager and guard run."""
    return all(p is not None and p.running for p in (pod.manager, pod.guard))


class ProcessFaults:
    """`lasting`: takes what ends a fault, and does it later, not before so many milliseconds."""

    def __init__(self, cluster: Cluster, lasting: Callable[[Event, float], None]) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.random = cluster.world.random
        self._lasting = lasting

    def pod(self) -> Pod:
        """Choose a pod, more often the one that forges: that is where it hurts."""
        forging = (node.pod for node in self.world.forging)
        leading = [pod for pod in forging if pod.cluster is self.cluster and not pod.gone]
        if leading and self.world.chance(0.6):
            return self.random.choice(sorted(leading, key=lambda pod: pod.uid))
        return self.random.choice(self.cluster.pods)

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
            return [one] if self._settled(other) else []
        alone_ns = self.world.real_ns - other.stopped_ns
        wait_ns = (
            _IN_TURN_MS * MILLISECOND if other is guard else 2 * self.cluster.longest_duration_ns()
        )
        return [one] if alone_ns > wait_ns and self._settled(one) else []

    def _settled(self, process: Process) -> bool:
        """Tell whether it has been at work for a while."""
        since_ns = max(process.well_since_ns, process.machine.resumed_ns)
        return self.world.real_ns - since_ns > 3 * SECOND

    def stop_process(self) -> None:
        pod = self.pod()
        for process in self._processes(pod):
            self._stop(pod, process)

    def _stop(self, pod: Pod, process: Process, at_least_ms: float = 0) -> None:
        if process.stopped:
            return
        self.world.log(f"{pod.name} SIGSTOP to {type(process).__name__}")
        process.stop()
        pod.watch_stopped(process)
        self._lasting(process.proceed, at_least_ms)

    def stop_between_actions(self) -> None:
        """Stop a manager in the middle of its next switch-on: decided then, done much later."""
        pod = self.random.choice(self.cluster.pods)
        manager = pod.manager
        if manager is None or not (self.cluster.fuse or healthy(pod)):
            return

        def stop() -> None:
            if self.cluster.fuse or healthy(pod):
                self._stop(pod, manager, self.lease_ms() if self.world.chance(0.7) else 0)

        manager.before_action = stop

    def stop_both_in_turn(self) -> None:
        """Stop the guard, and the manager when it must have switched its node off for that."""
        pod = self.pod()
        manager, guard = pod.manager, pod.guard
        if manager is None or guard is None or not healthy(pod):
            return
        if not (self._settled(manager) and self._settled(guard)):
            return
        self._stop(pod, guard, _IN_TURN_MS + self.lease_ms())
        began_ns = guard.stopped_ns

        def then() -> None:
            if guard.stopped and guard.stopped_ns == began_ns and self._settled(manager):
                self._stop(pod, manager, self.lease_ms())

        self.world.at(self.world.ms(_IN_TURN_MS, _IN_TURN_MS), then)

    def lease_ms(self) -> float:
        return self.cluster.longest_duration_ns() / MILLISECOND

    def stop_node(self) -> None:
        pod = self.pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} SIGSTOP to node")
            pod.node.stop()
            self._lasting(pod.node.proceed, 0)
            if self.world.chance(0.3):
                for process in self._processes(pod)[:1]:
                    self._stop(pod, process)

    def kill_process(self) -> None:
        pod = self.pod()
        for process in self._processes(pod):
            pod.kill(process)
        if self.world.chance(0.2) and pod.node is not None:
            pod.node.kill()

    def kill_node(self) -> None:
        pod = self.pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} node killed")
            self.random.choice((pod.node.kill, pod.node.terminate))()

    def stray_sighup(self) -> None:
        """Send a person's SIGHUP to a standby."""
        pod = self.pod()
        node = pod.node
        fence = pod.fence
        if node is None or not node.alive or not node.accepts:
            return
        up_ns = self.world.real_ns - node.accepts_since_ns
        if fence is not None and fence.off and fence.node == node.id and up_ns > SECOND:
            self.world.log(f"{pod.name} stray SIGHUP")
            node.sighup()

    def sighup_at_start(self) -> None:
        """Have the next node of a pod meet a SIGHUP in the moment before its keys are away."""
        pod = self.pod()
        pod.sighup_at_start = healthy(pod) and self.cluster.has_metric  # nobody else sees it

    def damage_fence(self) -> None:
        """Cut the fence file short, or take it away; every rename by the manager mends it."""
        pod = self.pod()
        if pod.fence_file is not None:
            self.world.log(f"{pod.name} fence file damaged")
            pod.troubled_ns = self.world.real_ns
            pod.fence_file = self.random.choice((None, b"", pod.fence_file[:40]))
            if self.cluster.fuse and pod.manager and pod.guard and self.world.chance(0.5):
                self._stop(pod, pod.manager)  # nobody mends it ...
                pod.kill(pod.guard)  # ... and nobody remembers

    def deafen(self) -> None:
        node = self.pod().node
        if node is None or not node.alive or not self.cluster.has_metric:  # nobody could see it
            return
        self.world.log(f"{node.name} is deaf to SIGHUP")
        node.deaf = node.was_deaf = True

        def hear() -> None:
            node.deaf = False

        self._lasting(hear, 0)

"""What goes wrong, at random, and how all of it is made good again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.forging.situation import HandOver
from forge_manager.guard.logic import LiveKeys
from forge_manager.moment import MILLISECOND, SECOND
from tests.sidecar.simulation.api_faults import ApiFaults

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event, Machine, Process


class Faults:
    """Injects one fault after another until told to stop; each ends by itself."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.random = cluster.world.random
        self.active = True
        self._tokens = self._lasted = 0
        # Some histories are dense with faults, some leave the system time to settle.
        self._gap_ms = self.random.choice((1500, 4000, 8000, 20000))
        self._repairs: dict[int, Event] = {}
        self._api = ApiFaults(cluster, self._lasting_any)
        self.world.at(self.world.ms(1000, 10000), self._next)

    def stop(self) -> None:
        """End every fault that still lasts."""
        self.active = False
        for repair in list(self._repairs.values()):
            repair()
        self._repairs.clear()
        self.world.log("no more faults")

    def _next(self) -> None:
        if not self.active:
            return
        kinds, weights = zip(*self._kinds(), strict=True)
        self.random.choices(kinds, weights)[0]()
        self.world.at(self.world.ms(0, 2 * self._gap_ms), self._next)

    def _kinds(self) -> list[tuple[Callable[[], None], int]]:
        return [
            (self.stop_process, 14),
            (self.stop_node, 5),
            (self.kill_process, 10),
            (self.kill_node, 5),
            (self.pause_machine, 4),
            (self.cut_off, 8),
            (self._api.down, 3),
            (self._api.trouble, 6),
            (self._api.edit_lease, 6),
            (self.delete_pod, 5),
            (self.force_delete_pod, 3),
            (self.hold_off, 1),
            (self.hand_over, 4),
            (self.stray_sighup, 4),
            (self.deafen, 1),
            (self.step_wall_clock, 2),
            (self.metrics_down, 1),
            (self.actions_fail, 1),
        ]

    def _lasting(self, begin_ms: float, end_ms: float, repair: Event) -> None:
        self._lasted += 1
        key = self._lasted
        self._repairs[key] = repair

        def end() -> None:
            if self._repairs.pop(key, None) is not None:
                repair()

        self.world.at(self.world.ms(begin_ms, end_ms), end)

    def _lasting_any(self, repair: Event) -> None:
        """Let it last for a moment, for about a lease, or for some of them."""
        lease_ms = self.cluster.longest_duration_ns() / MILLISECOND
        begin_ms, end_ms = self.random.choice([(5, 500.0), (500, lease_ms), (500, 3 * lease_ms)])
        self._lasting(begin_ms, end_ms, repair)

    def _pod(self) -> Pod:
        """Choose a pod, more often the one that forges: that is where it hurts."""
        leading = [node.pod for node in self.world.forging if not node.pod.gone]
        if leading and self.world.chance(0.6):
            return self.random.choice(sorted(leading, key=lambda pod: pod.uid))
        return self.random.choice(self.cluster.pods)

    # Processes

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
        wait_ns = 9 * SECOND if other is guard else 2 * self.cluster.longest_duration_ns()
        return [one] if alone_ns > wait_ns and self._settled(one) else []

    def _settled(self, process: Process) -> bool:
        """Tell whether it has been at work for a while."""
        since_ns = max(process.well_since_ns, process.machine.resumed_ns)
        return self.world.real_ns - since_ns > 3 * SECOND

    def stop_process(self) -> None:
        pod = self._pod()
        for process in self._processes(pod):
            self._stop(pod, process)

    def _stop(self, pod: Pod, process: Process) -> None:
        if process.stopped:
            return
        self.world.log(f"{pod.name} SIGSTOP to {type(process).__name__}")
        process.stop()
        pod.watch_stopped(process)
        self._lasting_any(process.proceed)

    def stop_node(self) -> None:
        pod = self._pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} SIGSTOP to node")
            pod.node.stop()
            self._lasting_any(pod.node.proceed)
            if self.world.chance(0.3):
                for process in self._processes(pod)[:1]:
                    self._stop(pod, process)

    def kill_process(self) -> None:
        pod = self._pod()
        for process in self._processes(pod):
            pod.kill(process)
        if self.world.chance(0.2) and pod.node is not None:
            pod.node.kill()

    def kill_node(self) -> None:
        pod = self._pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} node killed")
            self.random.choice((pod.node.kill, pod.node.terminate))()

    def stray_sighup(self) -> None:
        """Send a person's SIGHUP to a standby, sometimes in the moment before its keys are away."""
        pod = self._pod()
        node = pod.node
        fence = pod.fence
        if node is None or not node.alive or not node.accepts:
            return
        up_ns = self.world.real_ns - node.accepts_since_ns
        if fence is not None and fence.off and fence.node == node.id and up_ns > SECOND:
            self.world.log(f"{pod.name} stray SIGHUP")
            node.sighup()
        elif up_ns < SECOND and pod.live is LiveKeys.ALL and self._healthy(pod):
            self.world.log(f"{pod.name} stray SIGHUP before its keys are away")
            node.strayed_ns = self.world.real_ns
            node.sighup()

    def deafen(self) -> None:
        pod = self._pod()
        if pod.node is not None and pod.node.alive:
            self.world.log(f"{pod.name} node is deaf to SIGHUP")
            pod.node.deaf = True

    # Machines and the network

    def pause_machine(self) -> None:
        machine = self._pod().machine
        if machine.paused or not all(self._healthy(pod) for pod in self._pods_on(machine)):
            return
        counted = self.world.chance(0.7)
        self.world.log(f"{machine.name} paused")
        machine.pause()

        def resume() -> None:
            self.world.log(f"{machine.name} resumes")
            machine.resume(boot_time_counted=counted)

        self._lasting_any(resume)

    def _pods_on(self, machine: Machine) -> list[Pod]:
        pods = [*self.cluster.pods, *self.cluster.dying]
        return [pod for pod in pods if pod.machine is machine and not pod.gone]

    def _healthy(self, pod: Pod) -> bool:
        return all(p is not None and p.running for p in (pod.manager, pod.guard))

    def cut_off(self) -> None:
        machine = self._pod().machine
        if machine.cut_off:
            return
        self.world.log(f"{machine.name} cut off from the API server")
        machine.cut_off = True

        def heal() -> None:
            machine.cut_off = False
            self.world.log(f"{machine.name} reaches the API server again")
            self.cluster.api.catch_up()

        self._lasting_any(heal)

    def step_wall_clock(self) -> None:
        machine = self._pod().machine
        if not machine.paused and self.world.real_ns - machine.resumed_ns > 60 * SECOND:
            by_ns = self.world.ms(-20000, 20000)
            self.world.log(f"{machine.name} wall clock steps by {by_ns / SECOND:.1f} s")
            machine.step_wall_clock(by_ns)

    # Operators and upgrades

    def delete_pod(self) -> None:
        self._pod().delete()

    def force_delete_pod(self) -> None:
        pod = self._pod()
        if pod in self.cluster.pods and not pod.gone and pod not in self.cluster.dying:
            self.cluster.force_delete(pod)

    def hold_off(self) -> None:
        self.cluster.operator.held_off = True
        self.world.log("held off")

        def lift() -> None:
            self.cluster.operator.held_off = False

        self._lasting(1000, 20000, lift)

    def hand_over(self) -> None:
        self._tokens += 1
        pod = self.random.choice(self.cluster.pods)
        self.world.log(f"operator names {pod.name}")
        self.cluster.operator.hand_over = HandOver(pod.name, str(self._tokens))

    # The manager's surroundings

    def metrics_down(self) -> None:
        self.world.log("metrics down")
        self.cluster.metrics_down = True
        self.cluster.metrics_down_ns = self.world.real_ns

        def up() -> None:
            self.world.log("metrics up")
            self.cluster.metrics_down = False
            self.cluster.metrics_down_ns = self.world.real_ns

        self._lasting(500, 15000, up)

    def actions_fail(self) -> None:
        self.world.log("actions fail")
        self.cluster.action_failures = 0.3

        def work() -> None:
            self.cluster.action_failures = 0.0

        self._lasting(500, 10000, work)

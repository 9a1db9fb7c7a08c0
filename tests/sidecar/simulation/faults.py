"""What goes wrong, at random, and how all of it is made good again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.forging.situation import HandOver
from forge_manager.moment import MILLISECOND, SECOND
from tests.sidecar.simulation.api_faults import ApiFaults
from tests.sidecar.simulation.process_faults import ProcessFaults, healthy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.world import Event


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
        self._processes = ProcessFaults(cluster, self._lasting_any)
        self._pod = self._processes.pod
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
            (self._processes.stop_process, 14),
            (self._processes.stop_node, 5),
            (self._processes.kill_process, 10),
            (self._processes.kill_node, 5),
            (self.pause_machine, 5),
            (self.cut_off, 8),
            (self._api.down, 3),
            (self._api.trouble, 6),
            (self._api.edit_lease, 6),
            (self.delete_pod, 5),
            (self.force_delete_pod, 3),
            (self.hold_off, 1),
            (self.hand_over, 4),
            (self._processes.stray_sighup, 4),
            (self._processes.sighup_at_start, 1),
            (self._processes.deafen, 2),
            (self._processes.damage_fence, 3),
            (self._processes.stop_between_actions, 5),
            (self._processes.stop_both_in_turn, 5),
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

    def _lasting_any(self, repair: Event, at_least_ms: float = 0) -> None:
        """Let it last for a moment, for about a lease, or for some of them."""
        lease_ms = self.cluster.longest_duration_ns() / MILLISECOND
        begin_ms, end_ms = self.random.choice([(5, 500.0), (500, lease_ms), (500, 3 * lease_ms)])
        self._lasting(at_least_ms + begin_ms, at_least_ms + end_ms, repair)

    # Machines and the network

    def pause_machine(self) -> None:
        machine = self._pod().machine
        if machine.paused or not all(map(healthy, self.cluster.pods_on(machine))):
            return
        counted = self.world.chance(0.5)
        self.world.log(f"{machine.name} paused")
        machine.pause()

        def resume() -> None:
            self.world.log(f"{machine.name} resumes")
            machine.resume(boot_time_counted=counted)

        self._lasting_any(resume)

    def cut_off(self) -> None:
        machine = self._pod().machine
        if machine.cut_off:
            return
        self.world.log(f"{machine.name} cut off from the API server")
        machine.cut_off = True
        if self.world.chance(0.3):  # ... and it does not see what somebody does to its Lease
            self.world.at(self.world.ms(50, 2000), self._api.edit_lease)

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

"""What goes wrong, at random, and how all of it is made good again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forge_manager.election.record import identity_of
from forge_manager.forging.situation import HandOver
from forge_manager.moment import MILLISECOND, SECOND
from tests.sidecar.simulation.api_faults import ApiFaults
from tests.sidecar.simulation.cluster import QUICK_PAGE_MS
from tests.sidecar.simulation.keys import KeySet
from tests.sidecar.simulation.lasting import Lasting
from tests.sidecar.simulation.process_faults import ProcessFaults, healthy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.simulation.cluster import Cluster
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event, Machine


class Faults:
    """Injects one fault after another until told to stop; each ends by itself."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.random = cluster.world.random
        self.active = True
        self._tokens = 0
        # Some histories are dense with faults, some leave the system time to settle.
        cluster.key_rules.on_changed = self._fail_at_change
        self._gap_ms = self.random.choice((1500, 4000, 8000, 20000))
        self._faults = Lasting(cluster.world)
        self._api = ApiFaults(cluster, self._lasting_any)
        self._processes = ProcessFaults(cluster, self._lasting_any)
        self._pod = self._processes.pod
        self.world.at(self.world.ms(1000, 10000), self._next)

    def stop(self) -> None:
        """End every fault that still lasts."""
        self.active = False
        self._faults.end_all()
        for index in range(len(self.cluster.pods)):
            self.cluster.deliver(index, self.cluster.newest)
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
            (self.restore_copy_to_former_leader, 3),
            (self._api.down, 3),
            (self._api.trouble, 6),
            (self._api.edit_lease, 6),
            (self.delete_pod, 5),
            (self.force_delete_pod, 3),
            (self.issue_keys, 4),
            (self.exchange_keys_again_and_again, 1),
            (self.hold_off, 1),
            (self.hand_over, 4),
            (self.reload_topology, 3),
            (self._processes.stray_sighup, 4),
            (self._processes.sighup_at_start, 1),
            (self._processes.deafen, 2),
            (self._processes.damage_fence, 3),
            (self._processes.stop_between_actions, 5),
            (self._processes.stop_both_in_turn, 5),
            (self.step_wall_clock, 2),
            (self.metrics_down, 1),
            (self.pages_slow, 3),
            (self.actions_fail, 1),
        ]

    def _lasting(self, begin_ms: float, end_ms: float, repair: Event) -> None:
        self._faults.begin(begin_ms, end_ms, repair)

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
        self._cut_off(machine)
        if self.world.chance(0.3):  # ... and it does not see what somebody does to its Lease
            self.world.at(self.world.ms(50, 2000), self._api.edit_lease)

    def _cut_off(self, machine: Machine, at_least_ms: float = 0) -> None:
        if machine.cut_off:
            return
        self.world.log(f"{machine.name} cut off from the API server")
        machine.cut_off = True

        def heal() -> None:
            machine.cut_off = False
            self.world.log(f"{machine.name} reaches the API server again")
            self.cluster.api.catch_up()

        self._lasting_any(heal, at_least_ms)

    def restore_copy_to_former_leader(self) -> None:
        """Have a copy of the Lease restored that names who held it before, and that one restart."""
        leading = next((n for n in self.world.forging if n.pod.cluster is self.cluster), None)
        record = self.cluster.api.past_record()
        if leading is None or record is None:
            return
        pods = [p for p in self.cluster.pods if identity_of(p.name, p.uid) == record.holder]
        manager = pods[0].manager if pods else None
        if manager is None or pods[0] is leading.pod or not healthy(pods[0]):
            return
        if len(set(self.cluster.terms)) > 1:  # the copy may tell of a shorter lease (see docs)
            return
        self._cut_off(leading.machine, self._processes.lease_ms())
        self.world.log(f"a copy of the Lease restored, and {pods[0].name} restarted")
        self.cluster.key_rules.highest_used = 0
        self.cluster.api.write(record)
        pods[0].kill(manager)

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

    def issue_keys(self) -> None:
        """Change the Secret: a new certificate, other keys of the same counter, or older ones."""
        newest, cluster = self.cluster.newest, self.cluster
        kind = self.random.choice(("newer", "newer", "same", "older"))
        if kind == "newer":
            keys = cluster.newest = KeySet(newest.counter + 1)
        elif kind == "same":
            keys = cluster.newest = newest._replace(number=newest.number + 1)
        else:
            keys = KeySet(max(1, newest.counter - 1), 99)
        self.world.log(f"{keys.name} issued")
        for index in range(len(cluster.pods)):
            late = self.world.ms(0, self.random.choice((1000, 30_000)))
            self.world.at(late, partial(self._deliver, index, keys))

    def _deliver(self, index: int, keys: KeySet) -> None:
        if self.active:
            self.cluster.deliver(index, keys)

    def exchange_keys_again_and_again(self) -> None:
        """Have two tools write the Secret in turn."""
        index = self.random.randrange(len(self.cluster.pods))
        keys = self.cluster.newest
        for turn in range(12):
            other = keys._replace(number=keys.number + turn % 2)
            self.world.at(turn * 3 * SECOND, partial(self._deliver, index, other))

    def _fail_at_change(self, pod: Pod) -> None:
        """Let a leader be lost just as it has changed its keys, or be delivered yet other ones."""
        if self.active and self.world.chance(0.3):
            delay_ns = self.world.ms(200, 1500)
            self.world.at(delay_ns, lambda: self._cut_off(pod.machine, self._processes.lease_ms()))
        if self.active and pod in self.cluster.pods and self.world.chance(0.5):
            self.cluster.newest = KeySet(self.cluster.newest.counter + 1)
            index, keys = self.cluster.pods.index(pod), self.cluster.newest
            self.world.at(self.world.ms(0, 600), partial(self._deliver, index, keys))

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
        self.cluster.wish_rules.named()

    def _hand_over_if_active(self) -> None:
        if self.active:
            self.hand_over()

    def reload_topology(self) -> None:
        self._tokens += 1
        self.world.log("operator has the standbys read their topology")
        self.cluster.operator.reload = str(self._tokens)

    # The manager's surroundings

    def metrics_down(self) -> None:
        self.world.log("metrics down")
        self.cluster.metrics_down = True

        def up() -> None:
            self.world.log("metrics up")
            self.cluster.metrics_down = False
            self.cluster.metrics_down_ns = self.world.real_ns
            self._metrics_changed()

        self._lasting(500, 15000, up)

    def pages_slow(self) -> None:
        page_ms = self.random.choice(((150.0, 300.0), (900.0, 1100.0), (1700.0, 2000.0)))
        self.world.log(f"an answer of the metrics page takes {page_ms[0]:.0f} ms")
        self.cluster.page_ms = page_ms
        if self.world.chance(0.5):
            self.world.at(self.world.ms(500, 3000), self._hand_over_if_active)

        def quick() -> None:
            self.world.log("the metrics page is quick again")
            self.cluster.page_ms = QUICK_PAGE_MS
            self._metrics_changed()

        self._lasting(2000, 60_000, quick)

    def _metrics_changed(self) -> None:
        self.cluster.metrics_troubled_ns = self.world.real_ns

    def actions_fail(self) -> None:
        self.world.log("actions fail")
        self.cluster.action_failures = 0.3

        def work() -> None:
            self.cluster.action_failures = 0.0

        self._lasting(500, 10000, work)

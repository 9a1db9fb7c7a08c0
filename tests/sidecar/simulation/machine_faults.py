"""What happens to machines: paused, cut off, their clocks set, their kubelets away."""

from __future__ import annotations

from forge_manager.base.moment import SECOND
from forge_manager.election.record import identity_of
from tests.sidecar.simulation.part import Part, healthy


class MachineFaults(Part):
    """Faults of machines and of the network."""

    def pause_machine(self) -> None:
        """A machine stands still; its boot time counts that, or not."""
        machine = self._pod().machine
        if machine.paused or not all(map(healthy, self.cluster.pods_on(machine))):
            return
        counted = self.world.chance(0.5)
        self.world.log(f"{machine.name} paused")
        machine.pause()

        def resume() -> None:
            self.world.log(f"{machine.name} resumes")
            machine.resume(boot_time_counted=counted)

        self.faults.lasting_any(resume)

    def cut_off(self) -> None:
        """A machine does not reach the API server."""
        machine = self._pod().machine
        self.faults.cut_off(machine)
        edited = self.faults.has("api-edit-lease") and self.world.chance(0.3)
        if edited:  # ... and it does not see what somebody does to its Lease
            self.world.at(self.world.ms(50, 2000), lambda: self.faults.do("api-edit-lease"))

    def kubelet_restarts(self) -> None:
        """A kubelet restarts: for a while it starts nothing, then its probes begin anew."""
        self._kubelet_away(1000, 20_000)

    def kubelet_away(self) -> None:
        """A machine has no kubelet for long; what runs there goes on."""
        lease_ms = self.faults.lease_ms()
        self._kubelet_away(lease_ms, 6 * lease_ms)

    def _kubelet_away(self, begin_ms: float, end_ms: float) -> None:
        machine = self._pod().machine
        kubelet = self.cluster.kubelets[machine]
        if kubelet.away:
            return
        self.world.log(f"{machine.name} has no kubelet")
        kubelet.leave()

        def come_back() -> None:
            self.world.log(f"{machine.name} has a kubelet again")
            kubelet.come_back()

        self.faults.lasting(begin_ms, end_ms, come_back)

    def restore_copy_to_former_leader(self) -> None:
        """A copy of the Lease is restored that names who held it before, and that one restarts."""
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
        self.faults.cut_off(leading.machine, self.faults.lease_ms())
        self.world.log(f"a copy of the Lease restored, and {pods[0].name} restarted")
        self.cluster.counters_forgotten()
        self.cluster.api.write(record)
        pods[0].kill(manager)

    def step_wall_clock(self) -> None:
        """A machine's wall clock is set."""
        machine = self._pod().machine
        if not machine.paused and self.world.real_ns - machine.resumed_ns > 60 * SECOND:
            by_ns = self.world.ms(-20000, 20000)
            self.world.log(f"{machine.name} wall clock steps by {by_ns / SECOND:.1f} s")
            machine.step_wall_clock(by_ns)

"""A node: SIGHUP in threads, the metric before its effect, files needed at its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.node.process import NodeProcess
from tests.sidecar.simulation.world import Process

if TYPE_CHECKING:
    from tests.sidecar.simulation.keys import KeySet
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Awaited


class Node(Process):
    """One process of the node; always started non-producing."""

    def __init__(self, pod: Pod, pid: int) -> None:
        super().__init__(pod.world, pod.machine)
        self.pod = pod
        self.id: NodeProcess = NodeProcess(pid, pid * 7)
        self.name = f"{pod.name}/node-{pid}"
        self.on = False
        self.keys: KeySet | None = None  # that it forges with
        shown = pod.cluster.has_metric and pod.cluster.shown_from_start
        self.lies = shown and pod.cluster.metric_lies  # its metric, until a SIGHUP sets it
        self.lied = self.lies
        self.metric: int | None = int(self.lies) if shown else None
        self.accepts = False
        self.accepts_since_ns = 0
        self.doomed = False
        self.deaf = False  # takes no SIGHUP
        self.was_deaf = False
        self.hangs_at_end = False
        self.strayed_ns: int | None = None  # real time of a SIGHUP that met its keys
        self._handles_sighup = False
        self._admits_ns = 0
        self.asked: list[Awaited[bytes]] = []  # its page: the kernel closes every connection
        self.began_ns = self.world.real_ns
        self.reading = True  # or about to: its start
        self.after(self.world.ms(0, 300), self._read_files_at_start)

    @property
    def forges(self) -> bool:
        return self.on and self.running

    def admit_ns(self) -> int:
        """Return how long a new connection to its metrics waits to be accepted."""
        rate = self.pod.cluster.connections_per_s
        if rate is None:
            return 0
        now_ns = self.world.real_ns
        # Others ask, too: about half of it is theirs.
        self._admits_ns = max(now_ns, self._admits_ns) + int(self.world.ms(1000, 2000) / rate)
        return self._admits_ns - now_ns

    def _read_files_at_start(self) -> None:
        self.reading = False
        if self.pod.keys.live is None:
            self.world.log(f"{self.name} exits: files are missing at its start")
            self.pod.cluster.pod_rules.files_missing(self.pod)
            self._die()
            return
        boot = self.world.ms(*self.pod.boot_ms)
        self.after(boot, self._install_handler)

    def _install_handler(self) -> None:
        self._handles_sighup = True
        self.after(self.world.ms(1, 100), self._bind_socket)

    def _bind_socket(self) -> None:
        self.accepts = True
        self.accepts_since_ns = self.world.real_ns
        self.world.log(f"{self.name} is up")
        manager = self.pod.manager
        unseen = manager is not None and manager.hangs  # docs/one-forger.md, what remains
        if self.pod.sighup_at_start and not self.pod.reload_pending() and not unseen:
            self.pod.sighup_at_start = False
            self.world.log(f"{self.name} gets a stray SIGHUP before its keys are away")
            self.strayed_ns = self.world.real_ns
            self.sighup()

    def sighup(self) -> None:
        """Deliver the signal: each runs in its own thread, so two can finish in either order."""
        if not self.alive:
            return
        if not self._handles_sighup:
            self.world.log(f"{self.name} ended by SIGHUP before its handler was there")
            self.kill()
        elif not self.deaf:
            self.after(self.world.ms(0, 30), self._read_files)

    def _read_files(self) -> None:
        keys = self.pod.keys.live
        self.after(self.world.ms(0, 30), lambda: self._trace(keys))

    def _trace(self, keys: KeySet | None) -> None:
        self.lies = False
        if self.pod.cluster.has_metric:
            self.metric = int(keys is not None)
        self.after(self.world.ms(0, 100), lambda: self._set(keys))

    def _set(self, keys: KeySet | None) -> None:
        on = keys is not None
        if keys != self.keys:
            self.world.log(f"{self.name} forging {f'ON with {keys.name}' if keys else 'off'}")
        self.on, self.keys = on, keys
        if on:
            self.world.forging.add(self)
            self.pod.cluster.key_rules.switched_on(self)
        else:
            self.world.forging.discard(self)

    def terminate(self) -> None:
        """SIGTERM: the socket closes, forging goes on until the process has really ended."""
        self.after(0, self._shut_down)

    def _shut_down(self) -> None:
        self.accepts = False
        if not self.hangs_at_end:
            self.after(self.world.ms(100, 4000), self._die)

    def kill(self) -> None:
        """SIGKILL: forges until it is really dead."""
        if self.alive and not self.doomed:
            self.doomed = True
            slow = self.world.chance(0.3) and not self._just_resumed()
            delay = self.world.ms(20, 800) if slow else self.world.ms(1, 20)
            self.world.at(delay, lambda: self.machine.when_running(self._die))

    def _just_resumed(self) -> bool:
        return self.world.real_ns - self.machine.resumed_ns < self.world.ms(500, 500)

    def _die(self) -> None:
        if self.alive:
            self.alive = False
            self.on = self.accepts = False
            self.world.forging.discard(self)
            self.world.log(f"{self.name} ended")
            for answer in self.asked:
                answer.break_off()
            self.pod.node_ended()

"""What troubles pods and servers: single faults, each for a while up to the edge of a wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.record import holding_of
from tests.sidecar.crowd.pod import Pod

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.crowd.server import Server
    from tests.sidecar.crowd.settings import Settings
    from tests.sidecar.crowd.world import World

_MOST_PODS = 6
#: One of them alone: a wall clock that was stepped back hides a pause that boot time missed.
PAUSED, STEPPED_BACK = "paused", "wall clock stepped back"


class Faults:
    """All that a history may do to its world; `heal` ends what lasts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = 0
        self.single: dict[str, Callable[[], None]] = {
            "cut off from its own server": lambda: self._cut(self.some(), (0,)),
            "cut off from the hub": lambda: self._cut(self.some(), (1, 2)),
            "cut off": lambda: self._cut(self.some(), (0, 1, 2)),
            "outage": self.outage,
            "stalled": self._stall,
            PAUSED: self._pause,
            "wall clock stepped": lambda: self._step_wall(0, 20),
            STEPPED_BACK: lambda: self._step_wall(-400, 0),
            "manager restarted": lambda: self.some().restart(self._down_ns()),
            "deleted by force": self._forced,
            "deleted": lambda: self.replace(self.some_named()),
            "machine dead": self._machine_dies,
            "answers lost": lambda: self.lose_answers(self.some(), self.edge_ns()),
            "writes land late": self._writes_late,
            "watch silent": self._watch_silent,
            "kubeconfig replaced": lambda: self.redirect(self.some()),
            "word that the holder is dead": self.say_gone,
            "hub's Lease deleted": self.delete_hub_lease,
            "hub lost its last writes": lambda: self.lose_writes(self.hub()),
            "handed over": self._hand_over,
            "node ends": lambda: self.some().node_ends(),
        }
        if world.uniform:
            for name in ("kubeconfig replaced", "hub's Lease deleted"):
                del self.single[name]
            self.single |= {
                "own Lease deleted": world.servers[0].delete,
                "own Lease emptied": self._empty,
            }
            if world.mixture.choose().terms.usual is None:
                self.single["own server lost its writes"] = lambda: self.lose_writes(
                    world.servers[0]
                )

    # Choices

    def edge_ns(self) -> int:
        """Return a time near the end of some wait: what comes a moment before or after matters."""
        world, usual = self.world, self.world.mixture.usual
        lease_ns = usual.duration_ns
        longer_ns = world.mixture.longest_ns
        edge_ns = world.random.choice(
            (
                0,
                usual.retry_ns,
                usual.renew_deadline_ns,
                lease_ns - usual.margin_ns,
                lease_ns,
                lease_ns,
                lease_ns + SECOND,
                2 * lease_ns,
                longer_ns * 9 // 10 - SECOND,
                longer_ns,
                longer_ns + lease_ns,
            )
        )
        around = world.random.choice((0, 0, -MILLISECOND, MILLISECOND, -SECOND, SECOND, 3 * SECOND))
        return max(0, edge_ns * world.random.choice((96, 100, 100, 102)) // 100 + around)

    def some(self) -> Pod:
        """Return a pod, mostly one that leads or might."""
        pods = self.world.pods
        eager = [pod for pod in pods if pod.on or self.holds_own(pod)]
        if eager and self.world.chance(0.6):
            return self.world.random.choice(eager)
        return self.world.random.choice(pods)

    def some_named(self) -> Pod:
        pod = self.some()
        return pod if pod in self.world.slots else self.world.random.choice(self.world.slots)

    def holds_own(self, pod: Pod) -> bool:
        lease = self.world.servers[0].lease
        return lease is not None and lease.record.holder == pod.identity

    def hub(self) -> Server:
        return self.world.servers[self.world.random.choice((1, 1, 2))]

    def _down_ns(self) -> int:
        return self.world.random.choice((0, SECOND // 10, SECOND, 3 * SECOND))

    # Pods

    def new(self, slot: int, settings: Settings) -> Pod:
        self._numbers += 1
        pod = Pod(self.world, slot, self._numbers, settings)
        if slot < len(self.world.slots):
            self.world.slots[slot] = pod
        elif slot == len(self.world.slots):
            self.world.slots.append(pod)
        if settings.late:
            self.world.at(self.edge_ns(), lambda: self._hub_known(pod))
        return pod

    def _hub_known(self, pod: Pod) -> None:
        if not pod.ended and pod.hub == 0:
            pod.redirect(pod.settings.hub)

    def _settings(self, pod: Pod, *names: str) -> Settings:
        same = not names and self.world.chance(0.4)
        return pod.settings if same else self.world.mixture.choose(*names)

    def delete_by_force(self, pod: Pod, *names: str) -> Pod:
        """Replace its object at once; its processes go on for a while."""
        if pod not in self.world.slots or len(self.world.pods) >= _MOST_PODS:
            return pod
        self.world.log(lambda: f"{pod.name} is deleted by force")
        found = self.new(pod.slot, self._settings(pod, *names))
        if self.world.chance(0.5):
            self.world.at(self.edge_ns(), pod.end)
        self.world.at(2 * self.edge_ns(), pod.die)
        return found

    def _forced(self) -> None:
        self.delete_by_force(self.some_named())

    def replace(self, pod: Pod, *names: str) -> None:
        """End it and begin its successor when it has ended."""
        if pod.ending or pod not in self.world.slots:
            return
        pod.end()
        settings = self._settings(pod, *names)
        patience_ns = self.world.now_ns + self.world.between(5, 60)

        def look() -> None:
            if not pod.ended and self.world.now_ns < patience_ns:
                self.world.at(SECOND // 2, look)
                return
            pod.die()
            if pod in self.world.slots:
                self.new(pod.slot, settings)

        self.world.at(0, look)

    def kill(self, pod: Pod, *names: str, settings: Settings | None = None) -> None:
        """Have its machine die for good; its successor begins elsewhere."""
        pod.die()
        if pod in self.world.slots:
            self.new(pod.slot, settings or self._settings(pod, *names))

    def _machine_dies(self) -> None:
        pod = self.some()
        self.kill(pod)
        if self.world.chance(0.5):
            self.world.at(self.edge_ns(), self.say_gone)

    def say_gone(self) -> None:
        """Say that the holder's machine is dead, where that is so."""
        own = self.world.servers[0]
        lease = own.lease
        if lease is not None and lease.record.holder in self.world.dead and not own.down:
            own.write(lease.record, gone=holding_of(lease))

    def _hand_over(self) -> None:
        pod = self.some()
        pod.away = True
        pod.wake(0)

        def back() -> None:
            pod.away = False

        self.world.at(self.world.between(1, 10), back)

    def lose_answers(self, pod: Pod, for_ns: int) -> None:
        pod.answers_lost = True
        self.world.log(f"{pod.name}: answers to its writes are lost")

        def end() -> None:
            pod.answers_lost = False

        self.world.at(for_ns, end)

    def _writes_late(self) -> None:
        pod = self.some()
        pod.writes_late_ns = self.edge_ns()
        self.world.log(f"{pod.name}: writes land {pod.writes_late_ns / SECOND:.1f} s late")

        def end() -> None:
            pod.writes_late_ns = 0

        self.world.at(self.world.between(0, 4), end)

    def redirect(self, pod: Pod) -> None:
        """Replace its kubeconfig by the other hub's."""
        if pod.settings.hub and pod.hub and not self.world.uniform:
            pod.redirect(3 - pod.hub)

    def _stall(self) -> None:
        pod = self.some()
        if pod.stalled:
            return
        pod.stall(True)
        self.world.at(self.edge_ns(), lambda: pod.stall(False) if pod.stalled else None)

    def _pause(self) -> None:
        pod = self.some()
        if pod.stalled:
            return
        pod.pause(True)
        self.world.at(self.edge_ns(), lambda: pod.pause(False) if pod.stalled else None)

    def _step_wall(self, low_s: int, high_s: int) -> None:
        self.some().clock.step_wall(self.world.between(low_s, high_s))

    # Servers

    def _cut(self, pod: Pod, servers: tuple[int, ...]) -> None:
        self.cut(pod, servers)
        self.world.at(self.edge_ns(), lambda: self.mend(pod))

    def cut(self, pod: Pod, servers: tuple[int, ...]) -> None:
        pod.cut_off |= set(servers)
        self.world.log(f"{pod.name}: cut off from {sorted(pod.cut_off)}")

    def mend(self, pod: Pod) -> None:
        if pod.cut_off:
            pod.cut_off.clear()
            self.world.log(f"{pod.name}: no more cut off")
            for way in pod.ways:
                way.catch_up()

    def outage(self, server: Server | None = None, for_ns: int | None = None) -> None:
        found = server or self.world.random.choice(self.world.servers)
        if found.down:
            return
        found.down, found.down_since_ns = True, self.world.now_ns
        self.world.log(f"{found.name}: away")
        self.world.at(self.edge_ns() if for_ns is None else for_ns, lambda: self.back(found))

    def back(self, server: Server) -> None:
        if server.down:
            server.down = False
            self.world.log(f"{server.name}: there again")
            self._watches_begin(server)

    def _watches_begin(self, server: Server) -> None:
        if server.lease is not None:
            server.publish(server.lease, deleted=False)

    def _watch_silent(self) -> None:
        server = self.world.random.choice(self.world.servers)
        server.watch_silent = True

        def end() -> None:
            server.watch_silent = False
            self._watches_begin(server)

        self.world.at(self.edge_ns(), end)

    def delete_hub_lease(self) -> None:
        if not self.world.uniform:
            self.hub().delete()

    def lose_writes(self, server: Server) -> None:
        """Lose the last writes: renewals alone, or after an outage that outlived every proof.

        Without one a third may take what it still knows as expired (docs/one-forger.md, "What
        remains").
        """
        world = self.world
        if world.chance(0.5):
            server.fall_back(world.between(0, 20), renewals_only=True)
            return
        terms = world.mixture.hub_terms if server.index else world.mixture.usual
        if server.down:
            return

        def restore() -> None:
            if not world.troubled:
                return
            server.fall_back(away_ns + world.between(0, 20), renewals_only=False)
            self.back(server)

        away_ns = terms.duration_ns * 106 // 100 + world.between(0, 5)
        self.outage(server, 10 * away_ns)
        world.at(away_ns, restore)

    def _empty(self) -> None:
        own = self.world.servers[0]
        if own.lease is not None:
            own.write(replace(own.lease.record, holder=""))

    # The end of all

    def heal(self) -> None:
        """End every trouble."""
        world = self.world
        world.troubled = False
        for server in world.servers:
            server.down = server.watch_silent = False
            self._watches_begin(server)
        for pod in list(world.pods):
            if pod not in world.slots:
                pod.die()
        for pod in list(world.slots):
            pod.answers_lost, pod.writes_late_ns = False, 0
            pod.events_lost = pod.events_late = 0
            pod.away = False
            pod.prompt = 1
            self.mend(pod)
            self._hub_known(pod)
            if pod._paused_since_ns is not None:
                pod.pause(False)
            elif pod.stalled:
                pod.stall(False)
            if pod.ending:
                self.kill(pod)

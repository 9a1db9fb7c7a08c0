"""One pod: its electors' rounds, and whether its node may forge (forging.machine in short)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.election.elector import Elector
from forge_manager.election.messages import Failure, LeaseIntent, Verb
from forge_manager.election.record import hub_identity_of, identity_of
from forge_manager.fence.tenures import NONE_HELD, Tenures, joined
from tests.sidecar.crowd import settings as settings_module
from tests.sidecar.crowd.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment
    from forge_manager.election.messages import Answer, LeaseView, Request
    from forge_manager.election.record import Lease
    from tests.sidecar.crowd.server import Server
    from tests.sidecar.crowd.settings import Settings
    from tests.sidecar.crowd.world import World

_POOL = "pool1crowd"
_CAMPAIGN, _KEEP, _RELEASE = LeaseIntent.CAMPAIGN, LeaseIntent.KEEP, LeaseIntent.RELEASE


class Way:
    """From one elector of one manager to a server, and back."""

    def __init__(self, pod: Pod, elector: Elector, server: Server | None) -> None:
        self.elector = elector
        self.server = server
        self._pod = pod
        self._life = pod.life
        self._last_event_ns = 0
        if server is not None:
            self._watch(server)

    def _watch(self, server: Server) -> None:
        server.watchers[self._event] = self
        if server.lease is not None and self._pod.world.reachable(self._pod, server):
            self._event(server.lease, False)

    def end(self) -> None:
        if self.server is not None:
            self.server.watchers.pop(self._event, None)

    def redirect(self, server: Server) -> None:
        self.end()
        self.server = server
        self._watch(server)

    def catch_up(self) -> None:
        """Begin the watch anew with what is there."""
        server = self.server
        if server is not None and server.lease is not None:
            self._event(server.lease, False)

    def _event(self, lease: Lease, deleted: bool) -> None:
        pod, world = self._pod, self._pod.world
        if self.server is not None and self.server.index in pod.cut_off:
            return
        if world.troubled and world.chance(pod.events_lost):
            return
        late_ns = 0
        if world.troubled and world.chance(pod.events_late):
            late_ns = world.between(0, 3)
        due_ns = max(world.now_ns + late_ns, self._last_event_ns)  # they keep their order
        self._last_event_ns = due_ns
        # Never within the server's own call: whoever wrote hears its answer first, or later.
        world.at(due_ns - world.now_ns, lambda: self._observed(lease, deleted))

    def _observed(self, lease: Lease, deleted: bool) -> None:
        self._pod.tell(
            self._life, lambda now: self.elector.observed(now, lease, deleted=deleted), soon=True
        )

    def submit(self, request: Request) -> None:
        """Carry a request there, once, and its answer back; either may be lost or late."""
        pod, world, server = self._pod, self._pod.world, self.server
        timeout_ns = pod.clock.true_span(request.within_ns)
        if server is None or not world.reachable(pod, server):
            refused = world.chance(0.7)
            self._answer_in(
                world.moment_later() if refused else timeout_ns, request, Failure.UNKNOWN
            )
            return
        write = request.verb is not Verb.READ
        if not world.troubled or world.chance(pod.prompt):
            if write and pod.answers_lost:
                server.perform(request)
                self._answer_in(world.moment_later(), request, Failure.UNKNOWN)
            elif write and pod.writes_late_ns:
                world.at(pod.writes_late_ns, lambda: self._land(server, request, None))
                self._answer_in(min(timeout_ns, SECOND), request, Failure.UNKNOWN)
            else:
                self._answer_in(0, request, server.perform(request))
            return
        there_ns = world.between(0, world.random.choice((0.1, 1, 4, 30)))
        back_ns = world.between(0, world.random.choice((0.1, 1)))
        self._answer_in(timeout_ns, request, Failure.UNKNOWN)
        if world.chance(0.9):
            lost = world.chance(0.3)
            world.at(there_ns, lambda: self._land(server, request, None if lost else back_ns))

    def _land(self, server: Server, request: Request, back_ns: int | None) -> None:
        world = self._pod.world
        if server.down:
            return
        answer = server.perform(request)
        if back_ns is not None and world.reachable(self._pod, server):
            self._answer_in(back_ns, request, answer)

    def _answer_in(self, delay_ns: int, request: Request, answer: Answer) -> None:
        number = request.number
        self._pod.world.at(
            delay_ns,
            lambda: self._pod.tell(
                self._life, lambda now: self.elector.answered(now, number, answer), soon=True
            ),
        )


class Pod:
    """`cut_off`: indices of the servers out of its reach. `on`: its node was switched on."""

    def __init__(self, world: World, slot: int, number: int, settings: Settings) -> None:
        random = world.random
        self.world = world
        self.slot = slot
        self.settings = settings
        self.name = f"p{slot}.{number}"
        self.identity = identity_of(f"p{slot}", f"{slot}.{number}")
        cluster = "west" if settings.elsewhere else "east"
        self.hub_identity = hub_identity_of(cluster, f"p{slot}", f"{slot}.{number}")
        self.clock = Clock(
            random.choice((-19, -10, 0, 10, 19)),
            random.randrange(10**4) * SECOND,
            random.randrange(10**9) * SECOND,
        )
        self.hub = 0 if settings.late else settings.hub
        self.cut_off: set[int] = set()
        self.answers_lost = False
        self.writes_late_ns = 0
        self.prompt = random.choice((0.8, 0.95, 1))
        self.events_lost = random.choice((0, 0, 0.2, 1))
        self.events_late = random.choice((0, 0, 0.3, 1))
        # Edges are met by rounds of their own, so that its own pace need not be that of control.
        retry_ns = min(settings.terms.retry_ns, settings.hub_terms.retry_ns)
        self.pace_ns = retry_ns + random.choice((0, MILLISECOND))
        self.on = self.adopting = self.switching = False  # the last: off, but not at once
        self.off_ns = random.choice((0, SECOND // 2, 3 * SECOND))
        self.fence_ns = self.fence_offset_ns = 0
        self.held = NONE_HELD
        self.ending = self.away = self.ended = self.stalled = False
        self.life = 0  # of its manager
        self.ways: list[Way] = []
        self._round_number = 0
        self._paused_since_ns: int | None = None
        self._waiting: list[Callable[[], None]] = []
        world.pods.append(self)
        world.log(lambda: f"{self.name} begins: {settings.name}")
        self._start_manager()

    # What may happen to it

    def _start_manager(self) -> None:
        chosen, former = self.settings, self.held
        hub = None
        if chosen.hub:
            hub = Elector(
                identity=self.hub_identity,
                pool_id=_POOL,
                terms=chosen.hub_terms,
                former=former,
                group="west" if chosen.elsewhere else "east",
                goes_on_alone=chosen.alone,
            )
        ways = []
        if not chosen.elsewhere:
            kind = settings_module.OldElector if chosen.old else Elector
            own = kind(
                identity=self.identity,
                pool_id=_POOL,
                terms=chosen.terms,
                former=former,
                hub=hub if chosen.bound else None,
            )
            ways.append(Way(self, own, self.world.servers[0]))
        if hub is not None:
            ways.append(Way(self, hub, self.world.servers[self.hub] if self.hub else None))
        self.ways = ways
        self.adopting, self.switching = self.on, False
        self.wake(self.world.moment_later())

    def restart(self, down_ns: int) -> None:
        """End the manager; its node forges on until the fence, or the next manager takes over."""
        if self._paused_since_ns is not None:
            return
        self.stalled = False
        self.life += 1
        life = self.life
        for way in self.ways:
            way.end()
        self.ways = []
        self._waiting.clear()
        self.world.log(f"{self.name}: manager ends")

        def start() -> None:
            if self.life == life and not self.ended:
                self._guard()
                self.world.log(f"{self.name}: manager starts{', node on' if self.on else ''}")
                self._start_manager()

        self.world.at(down_ns, start)

    def die(self) -> None:
        """End all of its processes."""
        if self.ended:
            return
        self.life += 1
        self.on, self.ended = False, True
        for way in self.ways:
            way.end()
        self.ways = []
        self.world.pods.remove(self)
        self.world.dead |= {self.identity}
        self.world.log(f"{self.name}: ended")

    def end(self) -> None:
        if not self.ending:
            self.ending = True
            self.world.log(f"{self.name} is told to end")
            self.wake(self.world.moment_later())

    def redirect(self, hub: int) -> None:
        """Its kubeconfig is another one, from now."""
        self.hub = hub
        self.world.log(f"{self.name}: by hub {'AB'[hub - 1]} from now")
        if len(self.ways) > 1:
            self.ways[1].redirect(self.world.servers[hub])

    def stall(self, stalled: bool) -> None:
        self.world.log(f"{self.name}: {'stalled' if stalled else 'goes on'}")
        self.stalled = stalled
        if not stalled:
            waiting, self._waiting = self._waiting, []
            self.world.random.shuffle(waiting)
            for one in waiting:
                self.world.at(0, one)
            self.switching = False  # decided anew
            self.wake(self.world.moment_later())

    def pause(self, paused: bool) -> None:
        """Have its host stop the machine; boot time does not count it."""
        self.world.log(f"{self.name}: machine {'paused' if paused else 'resumed'}")
        if paused:
            self._paused_since_ns = self.world.now_ns
        elif self._paused_since_ns is not None:
            self.clock.missed(self.world.now_ns - self._paused_since_ns)
            self._paused_since_ns = None
        self.stall(paused)

    # The node

    def now(self) -> Moment:
        return self.clock.now(self.world.now_ns)

    def forges(self) -> bool:
        """Tell whether its node may forge, as its guard would let it."""
        if not self.on or self._paused_since_ns is not None:
            return False
        now = self.now()
        return now.boot_ns < self.fence_ns - now.ahead_of(self.fence_offset_ns)

    def _guard(self) -> None:
        if self.on and self._paused_since_ns is None and not self.forges():
            self.world.log(f"{self.name}: ended by its guard")
            self.on = self.adopting = self.switching = False

    def node_ends(self) -> None:
        if self.on:
            self.on = self.adopting = self.switching = False
            self.world.log(f"{self.name}: node ends")

    def _switch_off(self) -> None:
        self.switching = True
        life = self.life

        def off() -> None:
            if life == self.life and not self.stalled and self.switching:
                self.on = self.adopting = self.switching = False
                self.world.log(f"{self.name}: off")
                self.world.noticed()
                self.wake(self.world.moment_later())

        self.world.log(f"{self.name}: goes off")
        if self.off_ns and self.world.chance(0.5):
            self._off_at(off)
            self.world.noticed()
        else:
            off()

    def _off_at(self, off: Callable[[], None]) -> None:
        self.world.at(self.world.random.randrange(self.off_ns), off)

    # Rounds

    def tell(self, life: int, take: Callable[[Moment], None], *, soon: bool) -> None:
        """Have its manager take something, if it is still the one that it is for."""
        if life != self.life:
            return
        if self.stalled:
            self._waiting.append(lambda: self.tell(life, take, soon=False))
            return
        take(self.now())
        if soon and self.world.chance(0.8):
            self.wake(self.world.moment_later())

    def wake(self, delay_ns: int) -> None:
        """Hold the next round then, instead of when it was planned."""
        self._round_number += 1
        number = self._round_number
        self.world.at(delay_ns, lambda: self._turn(number))

    def _turn(self, number: int) -> None:
        if number != self._round_number or self.ended or not self.ways:
            return
        if self.stalled:
            return
        self._guard()
        now = self.now()
        views = [way.elector.view(now) for way in self.ways]
        intents = self._decide(now, views)
        for way, intent in zip(self.ways, intents, strict=False):  # none of one that ended
            request = way.elector.step(now, intent, counter=1, jitter=0.5)
            if request is not None:
                way.submit(request)
        if intents:
            self.wake(self._next_ns(now))

    def _decide(self, now: Moment, views: list[LeaseView]) -> list[LeaseIntent]:
        suffices = all(view.suffices(now) for view in views)
        leaves = self.ending or self.away
        was_on = self.on
        if self.on and (leaves or not (suffices or self.adopting)):
            if not self.switching:
                self._switch_off()
        elif suffices and not leaves and not self.switching and (self.adopting or not self.on):
            self.on, self.adopting = True, False
            self.world.switched_on += 1
            self.world.log(f"{self.name}: on")
            if not was_on:
                self.world.noticed()
        if self.on and not self.adopting and suffices:
            proofs = [view.proof for view in views if view.proof and view.proof.holds(now)]
            self.fence_ns = min(proof.forge_until_ns for proof in proofs)
            self.fence_offset_ns = min(proof.sent.offset_ns for proof in proofs)
            if not self.settings.elsewhere:
                self.world.check(self)
        self._note_held(joined(view.tenures for view in views))
        if self.ending and not self.on and not was_on and not any(view.ours for view in views):
            self.die()
            return []
        return self._intents(now, views, was_on and self.world.chance(0.5), leaves)

    def _note_held(self, held: Tenures) -> None:
        """Note what the fence says: with the node off a renewal alone is not written."""
        if self.on or held.marks != self.held.marks:
            self.held = held

    def _intents(
        self, now: Moment, views: list[LeaseView], switching: bool, leaves: bool
    ) -> list[LeaseIntent]:
        """See forging.machine._intents."""
        if self.switching or (self.on and not self.adopting) or (switching and not self.on):
            return [_KEEP] * len(views)
        if leaves:
            return [_RELEASE] * len(views)
        intents: list[LeaseIntent] = []
        for view in views:
            if _CAMPAIGN in intents:
                intents.append(_KEEP if self.adopting else _RELEASE)
            else:
                intents.append(_KEEP if view.proven(now) else _CAMPAIGN)
        return intents

    def _next_ns(self, now: Moment) -> int:
        """Return when the next round is: by its pace, or at an edge that comes before."""
        pace_ns = self.pace_ns
        if self.world.chance(0.8):
            for way in self.ways:
                elector, known = way.elector, way.elector._knowledge
                for edge_ns in (
                    known._free_at_ns,
                    known._free_to_peers_at_ns,
                    elector._renew_at_ns,
                    elector._pause_until_ns,
                ):
                    ahead_ns = edge_ns - now.boot_ns
                    if 0 < ahead_ns < pace_ns:
                        pace_ns = ahead_ns
        return self.clock.true_span(pace_ns)

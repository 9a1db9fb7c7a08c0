"""Histories at random: one seed gives one history, with chance that loves the edges of deadlines.

A step is a thing that arrives, a replica that does what is due, a fault, or time that passes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from tests.sidecar.promises.lease import is_marked_gone
from tests.sidecar.promises.rules import Rules
from tests.sidecar.promises.world import (
    AnswerOnWire,
    EventOnWire,
    MessageOnWire,
    NobodyLeadsError,
    Pod,
    PodsOnWire,
    RequestOnWire,
    TwoForgeError,
    Wire,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.promises.lease import Lease

_MOST_PODS = 5
_NUDGES = (-0.05, -1e-4, 0.0, 1e-4, 0.05)
_DRIFT = 0.02

TERMS = ((6.0, 20.0), (6.0, 20.0), (15.0, 40.0), (15.0, 300.0), (15.0, 600.0))


@dataclass(frozen=True)
class Faults:
    """What may happen. Those that are off in the usual are left open on purpose, or today's."""

    falls_to_released: bool = False
    falls_to_marked: bool = False  # whose holder a person called dead
    falls_to_known_of_removed: bool = False
    falls_to_known_of_outsiders: bool = False  # and of members before any has promised
    writes_outlive_falls: bool = False
    events_outlive_falls: bool = False
    creations_outlive_deletions: bool = False  # a creation has no version that must fit
    old_pods: bool = True
    old_pods_beside_lost_leases: bool = False
    falls: bool = True
    lost_leases: bool = True  # deleted, or rebuilt
    marks_of_the_living: bool = False


USUAL_FAULTS = Faults()


@dataclass
class Figures:
    steps: int = 0
    histories: int = 0
    extensions: int = 0
    longest: float = 0.0  # beyond the usual fence, in parts of F


class Explorer:
    """One history."""

    def __init__(self, seed: int, rules: Rules, faults: Faults = USUAL_FAULTS) -> None:
        self.random = Random(seed)
        self.faults = faults
        self.world = World(rules)
        self.world.drops_requests = lambda: self.random.random() < 0.5  # type: ignore[method-assign]
        self.steps = 0
        self.lost_a_lease = False
        random = self.random
        self.hold = random.choice((0.0, 0.0, 0.02, 0.1, 0.3))
        self.loss = random.choice((0.0, 0.0, 0.02, 0.1))
        self.fault = random.choice((0.01, 0.03, 0.08))
        self.lateness = random.choice((0.0, 0.0, 0.02, 0.1))
        self.deaf = random.choice((0.0, 0.0, 0.02, 0.1, 0.3))
        self.late: list[RequestOnWire] = []
        self.deaf_pods: set[Pod] = set()  # no answer gets there, nor an event
        self.blind_pods: set[Pod] = set()  # their watch of the pods is silent
        self.calm = random.choice((0.1, 0.3, 0.6))
        self.acts: list[tuple[Callable[[], None], int]] = [
            (self.cut_or_heal, 10),
            (self.outage, 6),
            (self.heal_all, 4),
            (self.cut_pair, 4),
            (self.restart, 6),
            (self.stop_or_go, 4),
            (self.add_pod, 4),
            (self.remove_object, 3),
            (self.end_pod, 4),
            (self.begin_end, 2),
            (self.delete_lease, 2),
            (self.rebuild, 1),
            (self.fall_back, 6),
            (self.wish, 4),
            (self.able, 3),
            (self.mark_gone, 3),
            (self.replay, 3),
            (self.late_land, 4),
            (self.deafen, 5),
            (self.blind, 3),
            (self.restore_copy, 1),
        ]
        self.weights = [weight for _, weight in self.acts]
        self.begin()

    def begin(self) -> None:
        for _ in range(self.random.choice((1, 2, 3, 3))):
            self.start_pod("new")

    def start_pod(self, kind: str) -> Pod:
        random = self.random
        rate = 1.0 + random.choice((-_DRIFT, _DRIFT, 0.0, random.uniform(-_DRIFT, _DRIFT)))
        return self.world.add_pod(rate=rate, ahead=random.uniform(0, 1000), kind=kind)

    # Steps

    def run(self, steps: int) -> None:
        """Settle, have an outage in which the leader forges on, then anything; and again."""
        world, random, end = self.world, self.random, self.steps + steps
        while self.steps < end:
            if random.random() < 0.8:
                self.settle()
            if random.random() < 0.5:  # something happens just before, or while it is cut off
                for _ in range(random.choice((1, 2, 3))):
                    self.fault_happens()
                    self.round(world.rules.retry * random.random() * random.choice((0.3, 2.0)))
            if random.random() < 0.8:
                self.cut_many()
                self.last_for(random.choice((3, 10, 10, 30, 60)))
            if random.random() < 0.8:
                self.rush()
            if random.random() < 0.3:
                self.anything(random.choice((10, 40, 120)))

    def rush(self) -> None:
        """Have others take the Lease as early as they may, beside a leader who goes to the end."""
        world, random = self.world, self.random
        for pod in world.pods:
            if pod.forges:
                pod.stopped = random.random() < 0.6
        for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
            self.fault_happens()
        self.wake_others()
        self.late_land()
        for _ in range(60):
            self.hurry()
            if random.random() < self.fault:
                self.fault_happens()
            if random.random() < self.calm / 5:
                self.anything(4)

    def wake_others(self) -> None:
        """Have replicas that do not forge reach the API server, and perhaps a new one start."""
        world, random = self.world, self.random
        others = [pod for pod in world.pods if not pod.forges]
        if not others or random.random() < 0.3:
            self.add_pod()
        for pod in others:
            pod.able = pod.able or random.random() < 0.8
            if random.random() < 0.7:
                pod.stopped = False
                if pod.cut:
                    world.heal(pod)

    def hurry(self) -> None:
        """Go to the next moment at which a replica may do something; the others look meanwhile."""
        world, now = self.world, self.world.time
        slow = any(pod.forges and not pod.stopped for pod in world.pods)
        longest = world.rules.retry if slow else 1e4
        at = now + longest
        for pod in world.pods:
            if not pod.stopped:
                for edge in pod.manager.edges():
                    then = pod.true_time(edge) + 1e-5
                    if now < then < at:
                        at = then
        if at >= now + 1e4:
            at = now + world.rules.retry
        world.time = at
        for pod in world.pods:
            before = pod.rate * now + pod.ahead
            if not slow and not pod.stopped and pod.manager.attentive(before):
                self.has_looked(pod)
        self.round(0.0)
        self.round(0.01)

    def late_land(self) -> None:
        if self.late and self.random.random() < 0.8:
            wire = self.late.pop(int(self.random.random() * len(self.late)))
            self.world.log("a request that was late lands")
            wire.arrive(self.world)

    def arrives(self, wire: Wire) -> None:
        """Let it arrive, or have a write land later, or its answer get lost."""
        if isinstance(wire, RequestOnWire):
            if wire.request.record is not None and self.random.random() < self.lateness:
                self.late.append(wire)
                return
        elif isinstance(wire, (AnswerOnWire, EventOnWire)):
            if wire.pod in self.deaf_pods or self.random.random() < self.deaf:
                return
        elif isinstance(wire, PodsOnWire) and wire.pod in self.blind_pods:
            return
        wire.arrive(self.world)

    def anything(self, steps: int) -> None:
        random = self.random.random
        end = self.steps + steps
        while self.steps < end:
            chance = random()
            self.steps += 1
            if chance < self.fault:
                self.fault_happens()
            elif chance < 0.1 + self.fault and random() < self.calm:
                self.round(random() * self.world.rules.retry)
            elif self.world.wires and chance < 0.65:
                self.deliver()
            elif chance < 0.85:
                self.step_a_pod(self.random.choice(self.world.pods))
            else:
                self.let_time_pass()

    def fault_happens(self) -> None:
        self.random.choices(self.acts, self.weights)[0][0]()

    def settle(self) -> None:
        """Make most things good, until a leader has armed the Lease."""
        world, random = self.world, self.random
        self.heal_all()
        for pod in list(world.pods):
            stale = pod.ending or not pod.registered or pod.kind != "new"
            if stale and random.random() < 0.7 and len(world.pods) > 1:
                world.end_pod(pod)
            pod.wish = pod.ending
            pod.able = pod.able or random.random() < 0.7
        for _ in range(random.choice((8, 14))):
            self.round(world.rules.retry)
            lease = world.lease
            if lease is not None and lease.record.block is not None:
                break
            if not any(pod.forges for pod in world.pods):
                self.let_calm_time_pass(random.choice((0.0, world.rules.usual, 1e4)))

    def let_calm_time_pass(self, seconds: float) -> None:
        """Let time pass in which nothing changes and all who are not cut off look at the Lease."""
        world = self.world
        seconds = min(seconds, 1.05 * (world.rules.usual + world.rules.more))
        self.round(0.1)
        self.round(0.1)
        world.time += seconds
        for pod in world.pods:
            if pod.manager.heard_at is not None:
                self.has_looked(pod)

    def has_looked(self, pod: Pod) -> None:
        """Have it looked again and again, and seen no change, up to now."""
        world, manager = self.world, pod.manager
        same = world.knows_exactly(pod, world.lease)
        if same and not pod.cut and manager.request is None:
            manager.heard_at = pod.now()

    def cut_many(self) -> None:
        """Cut the leader off, and of the others all, or some."""
        random, most = self.random.random, self.random.choice((1.0, 1.0, 0.7))
        for pod in self.world.pods:
            if not pod.cut and (pod.forges or random() < most):
                self.world.cut(pod)
            elif not pod.forges and random() < 0.7:
                pod.able = False  # so it may promise, and hears of all that happens

    def last_for(self, rounds: int) -> None:
        random = self.random.random
        longest = self.world.rules.retry * self.random.choice((0.5, 1.0))
        for _ in range(rounds):
            self.round(longest * random())
            if random() < self.fault * 3:
                self.fault_happens()
            if random() < self.calm / 4:
                self.anything(5)

    def step_a_pod(self, pod: Pod) -> None:
        if not pod.stopped:
            pod.manager.step()

    def deliver(self) -> None:
        wires, random = self.world.wires, self.random.random
        index = 0 if random() < 0.7 else int(random() * len(wires))
        if self.hold and random() < self.hold:
            return
        wire = wires.pop(index)
        if random() < self.loss:
            return
        if isinstance(wire, MessageOnWire) and random() < 0.02:
            wires.append(wire)
        self.arrives(wire)

    def round(self, seconds: float) -> None:
        """Let a while pass in which all works, but for what is cut or stopped."""
        world = self.world
        world.time += seconds
        for pod in world.pods:
            if not pod.stopped:
                pod.manager.step()
                self.steps += 1
        for _ in range(40):
            if not world.wires:
                break
            if self.hold and self.random.random() < self.hold:
                break
            self.steps += 1
            self.arrives(world.wires.pop(0))

    def let_time_pass(self) -> None:
        world, random = self.world, self.random
        chance = random.random()
        if chance < 0.45:
            world.time += random.random() * world.rules.retry
        elif chance < 0.97:
            pod = random.choice(world.pods)
            at = pod.true_time(random.choice(pod.manager.edges())) + random.choice(_NUDGES)
            limit = world.rules.retry * 2 if random.random() < 0.7 else 1e9
            if world.time < at < world.time + limit:
                world.time = at
            if random.random() < 0.7:
                self.step_a_pod(pod)
        else:
            world.time += random.random() * random.choice((world.rules.usual, world.rules.more))

    # Faults

    def cut_or_heal(self) -> None:
        pod = self.random.choice(self.world.pods)
        if pod.cut:
            self.world.heal(pod)
        else:
            self.world.cut(pod)

    def outage(self) -> None:
        for pod in self.world.pods:
            if not pod.cut:
                self.world.cut(pod)

    def deafen(self) -> None:
        """Have the leader hear nothing more of the API server, though its writes land."""
        self.deaf_pods |= {pod for pod in self.world.pods if pod.forges}
        self.world.log("the leader hears no more answers")

    def blind(self) -> None:
        self.blind_pods.add(self.random.choice(self.world.pods))

    def heal_all(self) -> None:
        self.world.cut_pairs.clear()
        self.deaf_pods.clear()
        self.blind_pods.clear()
        for pod in list(self.world.pods):
            pod.stopped = False
            if pod.cut:
                self.world.heal(pod)
        self.world.tell_of_pods()

    def cut_pair(self) -> None:
        world = self.world
        if world.cut_pairs and self.random.random() < 0.5:
            world.cut_pairs.clear()
        elif len(world.pods) > 1:
            one, other = self.random.sample([pod.uid for pod in world.pods], 2)
            world.cut_pairs.add((min(one, other), max(one, other)))

    def restart(self) -> None:
        self.world.restart_manager(self.random.choice(self.world.pods))

    def stop_or_go(self) -> None:
        pod = self.random.choice(self.world.pods)
        pod.stopped = not pod.stopped
        self.world.log(f"{pod}: its manager {'stops' if pod.stopped else 'runs again'}")

    def add_pod(self) -> None:
        world, random = self.world, self.random
        if len(world.pods) >= _MOST_PODS:
            return
        beside = self.faults.old_pods_beside_lost_leases or not self.lost_a_lease
        if self.faults.old_pods and beside and random.random() < 0.3:
            self.start_pod(random.choice(("old", "old", "old and alone")))
        else:
            self.start_pod("new")

    def remove_object(self) -> None:
        pod = self.random.choice(self.world.pods)
        if pod.registered:
            self.world.remove_object(pod)

    def end_pod(self) -> None:
        pod = self.random.choice(self.world.pods)
        self.world.end_pod(pod)
        if not self.world.pods or self.random.random() < 0.5:
            self.add_pod()
        if not self.world.pods:
            self.start_pod("new")

    def begin_end(self) -> None:
        pod = self.random.choice(self.world.pods)
        pod.ending = pod.wish = True
        self.world.log(f"{pod} begins to end")
        self.world.tell_of_pods()

    def loses(self) -> bool:
        """Tell whether the Lease may be lost: not beside old versions, whose wait is short."""
        if not self.faults.old_pods_beside_lost_leases:
            if any(pod.kind != "new" for pod in self.world.pods):
                return False
            self.lost_a_lease = True
        return True

    def delete_lease(self) -> None:
        if self.may_be_lost() and self.loses():
            if not self.faults.creations_outlive_deletions:
                self.world.wires = [wire for wire in self.world.wires if not _creates(wire)]
                self.late = [wire for wire in self.late if not _creates(wire)]
            self.world.delete_lease()

    def may_be_lost(self) -> bool:
        """Tell whether nobody still waits for the first one, unaware of the Lease."""
        unaware = any(self.world.knows_exactly(pod, None) for pod in self.world.pods)
        return self.faults.lost_leases and not (
            unaware and not self.faults.falls_to_known_of_outsiders
        )

    def rebuild(self) -> None:
        if self.may_be_lost() and self.loses():
            self.cut_wires()
            self.world.rebuild()

    def fall_back(self) -> None:
        world, random, faults = self.world, self.random, self.faults
        if not faults.falls or not world.past:
            return
        steps = min(random.choice((1, 1, 2, 3, 6, 24)), len(world.past))
        if self.may_fall_to(world.past[-steps][1]) and self.loses():
            self.cut_wires()
            world.fall_back(steps)

    def may_fall_to(self, target: Lease | None) -> bool:
        """Tell whether it is not left open, nor fatal already today."""
        faults = self.faults
        if target is not None and target.record.holder == 0 and not faults.falls_to_released:
            return False
        if target is not None and is_marked_gone(target) and not faults.falls_to_marked:
            return False
        block = target.record.block if target else None
        members = block.members if block and not self.is_proven() else frozenset()
        for pod in self.world.pods:
            if self.world.knows_exactly(pod, target):
                if not pod.registered and not faults.falls_to_known_of_removed:
                    return False
                if pod.uid not in members and not faults.falls_to_known_of_outsiders:
                    return False
        return True

    def is_proven(self) -> bool:
        """Tell whether a pod forges by an acknowledged renewal, as today; promises bind nobody yet.

        A standby that knows just what the store falls back to can follow within seconds, as today.
        """
        for pod in self.world.pods:
            manager = pod.manager
            sent = manager.proof_sent
            if sent is not None and pod.forges and pod.now() < sent + manager.own - manager.margin:
                return True
        return False

    def cut_wires(self) -> None:
        """Drop what was under way to and from a server that is not there any more."""
        dead: list[type] = []
        if not self.faults.writes_outlive_falls:
            dead += [RequestOnWire]
            self.late.clear()
        if not self.faults.events_outlive_falls:
            dead += [EventOnWire, AnswerOnWire]
        world = self.world
        world.wires = [wire for wire in world.wires if not isinstance(wire, tuple(dead))]

    def wish(self) -> None:
        pod = self.random.choice(self.world.pods)
        if not pod.ending:
            pod.wish = not pod.wish
            self.world.log(f"{pod} {'is to let go' if pod.wish else 'may lead again'}")

    def able(self) -> None:
        pod = self.random.choice(self.world.pods)
        pod.able = not pod.able

    def mark_gone(self) -> None:
        """Have a person say that the holder is dead, who looked: it does not forge."""
        lease = self.world.lease
        holder = self.world.by_uid.get(lease.record.holder) if lease else None
        if holder is None:
            return
        alive = holder.forges or (self.lost_a_lease and any(p.forges for p in self.world.pods))
        if not alive or self.faults.marks_of_the_living:
            self.world.mark_gone()

    def replay(self) -> None:
        if self.world.messages:
            self.world.wires.append(MessageOnWire(self.random.choice(self.world.messages)))

    def restore_copy(self) -> None:
        """Have a person write a copy of an earlier record."""
        world = self.world
        kept = [lease for _, lease in world.past if lease is not None and lease.record.holder]
        if kept and world.lease is not None and self.loses():
            copy = self.random.choice(kept)
            world.log(f"a person restores the record of version {copy.version}")
            world.write(world.lease._replace(record=copy.record))

    # In the end all is well

    def recover(self) -> None:
        """Make all good; somebody has to lead within 2 (L + F) + L."""
        world, rules = self.world, self.world.rules
        self.heal_all()
        self.hold = self.loss = self.lateness = self.deaf = 0.0
        for pod in list(world.pods):
            pod.able = True
            pod.stopped = False
            if pod.ending:
                world.end_pod(pod)
            pod.wish = False
        if not world.pods:
            self.start_pod("new")
        world.log("all is well from here")
        end = world.time + (2 * (rules.usual + rules.more) + rules.usual) * (1 + _DRIFT)
        while world.time < end + 3 * rules.retry:
            self.round(self.pause())
            self.round(0.01)
            if any(pod.forges and pod.manager.proven for pod in world.pods):
                return
        raise NobodyLeadsError("nobody leads, though all is well")

    def pause(self) -> float:
        """Return how long nothing happens but looks: a standby looks every two retries."""
        return self.world.rules.retry


def _creates(wire: Wire) -> bool:
    if not isinstance(wire, RequestOnWire):
        return False
    return wire.request.record is not None and wire.request.base is None


def history(seed: int, rules: Rules, faults: Faults = USUAL_FAULTS, steps: int = 1500) -> Explorer:
    """Run one; an error tells its seed and what happened."""
    explorer = Explorer(seed, rules, faults)
    try:
        explorer.run(steps)
        explorer.recover()
    except (TwoForgeError, NobodyLeadsError) as error:
        lines = "\n".join(explorer.world.history)
        terms = f"L={rules.usual:g} F={rules.more:g}"
        raise type(error)(f"{error} (seed {seed}, {terms})\n{lines}") from None
    return explorer


def explore(
    seed: int,
    steps: int,
    rules: Rules,
    faults: Faults = USUAL_FAULTS,
    *,
    today: bool = False,
) -> Figures:
    """Run histories until that many steps are done; L and F vary by the seed."""
    figures = Figures()
    while figures.steps < steps:
        usual, more = TERMS[seed % len(TERMS)]
        done = history(seed, replace(rules, usual=usual, more=0.0 if today else more), faults)
        figures.steps += done.steps
        figures.histories += 1
        figures.extensions += done.world.extensions
        figures.longest = max(figures.longest, done.world.longest_extension / more)
        seed += 1
    return figures

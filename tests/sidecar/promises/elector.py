"""One replica's election as it is today: what it knows of the Lease, takes, renews and releases.

The same as forge_manager.election, told again in few lines; `manager` adds the promises to it.
Every time here is of the replica's own clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.sidecar.promises.lease import (
    LONGEST,
    NO_RECORD,
    NOBODY,
    Lease,
    Record,
    Tenure,
    is_a_release,
    is_marked_gone,
    is_release_of,
    is_same,
    tenure_of,
)

if TYPE_CHECKING:
    from tests.sidecar.promises.rules import Rules
    from tests.sidecar.promises.world import Pod, World

_NONE_HELD: frozenset[Tenure] = frozenset()


class Write(NamedTuple):
    record: Record
    base: Lease | None
    sent: float


class Request(NamedTuple):
    """`record` is None for a read. `known`: the newest version when it was sent."""

    number: int
    record: Record | None
    base: Lease | None
    sent: float
    known: int


class Elector:
    """One process. What outlives it is the pod's: fence and former tenures."""

    obeys_promises = False

    def __init__(self, world: World, pod: Pod, rules: Rules) -> None:
        self.world = world
        self.pod = pod
        self.rules = rules
        self.own = rules.usual  # the lease that it has by itself
        self.margin = rules.margin
        self.proven_for = rules.usual - rules.margin - rules.off_before
        self.lease: Lease | None = None
        self.seen = False
        self.newest = -1
        self.changed: float | None = None
        self.free = 0.0
        self.heard_at: float | None = None
        self.proof_sent: float | None = None
        self.proven: Lease | None = None
        self.writes: list[Write] = []
        self.request: Request | None = None
        self.must_read = True
        self.renew_at = 0.0
        self.pause_until = 0.0

    # What is known

    @property
    def record(self) -> Record:
        return self.lease.record if self.lease else NO_RECORD

    def attentive(self, at: float) -> bool:
        return self.heard_at is not None and at - self.heard_at <= self.rules.attention

    def heard(self, at: float, now: float) -> None:
        if self.heard_at is not None and not self.attentive(at):
            self.note_gap(now)
        self.heard_at = at if self.heard_at is None else max(at, self.heard_at)

    def names_us(self) -> bool:
        lease = self.lease
        return (
            lease is not None
            and lease.record.holder == self.pod.uid
            and tenure_of(lease) in self.pod.marks
        )

    def is_ours(self, now: float) -> bool:
        over = self.rules.tenures_end and now >= self.pod.marks_until
        return not over and self.names_us()

    def is_gone(self, now: float) -> bool:
        return False

    # How long others are waited for: today's rules

    def note_change(self, now: float, lease: Lease, *, witnessed: bool) -> None:
        before = self.lease
        if before is not None and is_release_of(lease, before):
            self.free = now
        else:
            self.wait(now, lease.record)

    def note_gap(self, now: float) -> None:
        self.wait(now, self.record)

    def note_missing(self, now: float) -> None:
        self.wait(now, self.record)

    def wait(self, now: float, record: Record) -> None:
        self.free = max(self.free, now + max(self.own, min(record.duration, LONGEST)))

    # What comes in

    def observed(self, lease: Lease, *, deleted: bool) -> None:
        if lease.version <= self.newest:
            return
        now = self.pod.now()
        if deleted:
            self.newest = lease.version
            self.see_missing(now)
        else:
            self.see(now, lease)
        self.heard(now, now)

    def answered(self, number: int, found: Lease | None, *, failed: bool) -> None:
        """`failed`: a conflict or a 404 for a write; a read that finds nothing has no `found`."""
        request = self.request
        if request is None or request.number != number:
            return
        self.request = None
        now = self.pod.now()
        if failed:
            self.must_read = True
            return
        if request.record is None:
            self.must_read = False
        if found is None:
            self.see_missing(now)
        elif found.version > self.newest:
            self.see(now, found)
        elif self.fell_back(found, request):
            self.see_fallen_back(now, found)
        elif self.lease is None and found.version == self.newest:
            self.see(now, found)
        self.heard(request.sent, now)

    def fell_back(self, lease: Lease, request: Request) -> bool:
        known = self.lease
        reused = known is not None and known.version == lease.version and not is_same(known, lease)
        return lease.version < request.known or reused

    def see(self, now: float, lease: Lease) -> None:
        mine = None
        for write in self.writes:
            fits = write.base is None or write.base.uid == lease.uid
            if fits and write.record == lease.record:
                mine = write
        self.writes = [w for w in self.writes if w.base and w.base.version == lease.version]
        if mine is not None:
            self.acknowledge(now, lease, mine)
        elif self.proven is not None and not is_same(self.proven, lease):
            self.lose()
        self.take_in(now, lease)

    def take_in(self, now: float, lease: Lease) -> None:
        tenure = tenure_of(lease)
        held = lease.record.holder == self.pod.uid and tenure in self.pod.marks
        self.pod.marks = frozenset({tenure}) if held else _NONE_HELD
        if self.lease is None or not is_same(self.lease, lease):
            known = self.seen and self.lease is not None and self.lease.uid == lease.uid
            self.note_change(now, lease, witnessed=known and self.attentive(now))
            self.changed = now
        self.lease = lease
        self.seen = True
        self.newest = lease.version

    def see_missing(self, now: float) -> None:
        self.writes = [write for write in self.writes if write.base is None]
        if self.proven is not None:
            self.lose()
        if self.lease is not None or not self.seen:
            self.note_missing(now)
        self.seen = True
        self.lease = None
        self.pod.marks = _NONE_HELD

    def see_fallen_back(self, now: float, lease: Lease) -> None:
        self.lose()
        self.writes.clear()
        self.lease = None
        self.newest = -1
        self.pod.marks = _NONE_HELD
        self.see(now, lease)

    def acknowledge(self, now: float, lease: Lease, write: Write) -> None:
        if write.record.holder == NOBODY:
            self.lose()
            return
        renewal = write.base is not None and tenure_of(write.base) == tenure_of(lease)
        if self.rules.tenures_end and renewal and now >= self.pod.marks_until:
            self.lose()
            return
        until = write.sent + self.own - self.margin
        if self.proof_sent is None or write.sent > self.proof_sent or self.proven is None:
            self.proof_sent = write.sent
        self.proven = lease
        pod = self.pod
        pod.marks |= {tenure_of(lease)}
        pod.marks_until = max(until, pod.forge_until) if pod.forges else until
        if not pod.wish:
            self.world.permit(pod, until)

    def lose(self) -> None:
        """Switch off: what was seen ends it."""
        self.proven, self.proof_sent = None, None
        if self.rules.ends_at_another_record:
            self.world.switch_off(self.pod)

    # What goes out

    def step(self) -> None:
        """Do what is due; at most one request is on its way."""
        now = self.pod.now()
        self.end_in_order(now)
        self.speak(now)
        request = self.request
        if request is not None:
            if now - request.sent < self.rules.request:
                return
            self.request = None  # no answer; it may have happened, or may yet
            self.pause_until = now + self.rules.retry / 4
        if now < self.pause_until:
            return
        if self.must_read:
            self.ask_api(now, None)
            return
        record = self.next_record(now)
        if record is not None:
            self.renew_at = now + self.rules.retry
            self.writes = [*self.writes, Write(record, self.lease, now)][-8:]
            self.ask_api(now, record)
        elif self.heard_at is None or now - self.heard_at >= 2 * self.rules.retry:
            self.ask_api(now, None)

    def speak(self, now: float) -> None:
        """Say something to other replicas, or hear them out."""

    def ask_api(self, now: float, record: Record | None) -> None:
        base = None if record is None else self.lease
        request = Request(self.world.number(), record, base, now, self.newest)
        self.request = request
        self.world.send_request(self.pod, request)

    def end_in_order(self, now: float) -> None:
        """Switch off when a release is wished, or the permission is about to end."""
        pod = self.pod
        if pod.forges and (pod.wish or now >= self.off_at() or self.knows_of_no_holding(now)):
            self.world.switch_off(pod)

    def off_at(self) -> float:
        if self.proof_sent is None:
            return self.pod.forge_until - self.rules.off_before
        return min(self.proof_sent + self.proven_for, self.pod.forge_until)

    def knows_of_no_holding(self, now: float) -> bool:
        return self.seen and self.proven is None and not self.is_ours(now)

    def next_record(self, now: float) -> Record | None:
        pod = self.pod
        if pod.wish:
            free = not pod.forges and self.is_ours(now) and self.may_take(now, former=True)
            return self.released() if free else None
        if self.proven is not None and self.is_ours(now):
            if now < self.renew_at or not self.may_take(now, former=True):
                return None
            return self.renewal(now, self.proven)
        if not pod.able or not self.seen or not self.attentive(now):
            return None
        return self.acquisition() if self.is_free(now) else None

    def is_free(self, now: float) -> bool:
        if self.is_ours(now):
            return self.may_take(now, former=True)
        if self.pod.forges:
            return False
        if now >= self.free:
            return self.may_take(now)
        return self.is_gone(now) and self.may_take(now, marked=True)

    def may_take(self, now: float, *, former: bool = False, marked: bool = False) -> bool:
        return True

    def released(self) -> Record:
        assert self.lease is not None
        record = self.lease.record
        mark = (tenure_of(self.lease), record.holder)
        return record._replace(holder=NOBODY, duration=self.rules.usual, mark=mark)

    def renewal(self, now: float, lease: Lease) -> Record:
        # A foreign annotation, for which this version takes the block, is written back as it was.
        return lease.record._replace(renewed=self.world.number())

    def acquisition(self) -> Record:
        stamp, before = self.world.number(), self.record
        return Record(
            self.pod.uid, self.own, stamp, stamp, before.transitions + 1, block=before.block
        )

    # For the explorer: when something may happen

    def edges(self) -> tuple[float, ...]:
        return (self.free, self.pod.forge_until, self.renew_at, self.off_at())


class OldElector(Elector):
    """An old version: 15/10/2, nothing about promises. `alone`: the only replica, with failsafe."""

    def __init__(self, world: World, pod: Pod, rules: Rules, *, alone: bool = False) -> None:
        super().__init__(world, pod, rules)
        self.alone = alone and rules.more > 0
        if self.alone:
            self.own = rules.usual + rules.more
            self.margin = max(1.5, self.own / 10)
            self.proven_for = self.own - self.margin - rules.off_before

    def attentive(self, at: float) -> bool:
        if not self.alone:
            return super().attentive(at)
        return self.heard_at is not None and at - self.heard_at <= 2 * self.rules.usual

    def is_gone(self, now: float) -> bool:
        if not self.alone or self.lease is None or self.changed is None:
            return False
        return now - self.changed >= self.rules.usual and is_marked_gone(self.lease)

    def note_change(self, now: float, lease: Lease, *, witnessed: bool) -> None:
        if self.alone and not self.seen and is_a_release(lease):
            self.free = now + self.rules.usual
        else:
            super().note_change(now, lease, witnessed=witnessed)

"""One replica's election by promises: the rules that docs/several-replicas-without-api.md lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.sidecar.promises.elector import Elector, Write
from tests.sidecar.promises.lease import (
    LONGEST,
    Block,
    Lease,
    Record,
    Tenure,
    block_of,
    is_a_release,
    is_marked_gone,
    is_release_of,
    tenure_of,
)

if TYPE_CHECKING:
    from tests.sidecar.promises.rules import Rules
    from tests.sidecar.promises.world import Pod, World

_SHORTEST_PROMISE = 0.5


class Ask(NamedTuple):
    """From the holder to one replica. `test`: only whether it would understand."""

    sender: int
    to: int
    nonce: int
    tenure: Tenure
    stamp: int
    lasts: float
    test: bool


class Reply(NamedTuple):
    """`lasts`: the promise; 0: refused. `other`: the Lease says that another holding has begun."""

    sender: int
    to: int
    nonce: int
    lasts: float
    other: bool
    test: bool


class Sent(NamedTuple):
    """A write that was sent: its members, none where it disarms."""

    record: Record
    members: frozenset[int]


class Manager(Elector):
    """Standby and holder in one."""

    obeys_promises = True

    def __init__(self, world: World, pod: Pod, rules: Rules) -> None:
        super().__init__(world, pod, rules)
        self.promised_until = 0.0
        self.asked_of: Tenure | None = None  # whose holder knows of this replica
        # Of the holder
        self.known: frozenset[int] = frozenset({pod.uid})  # pods of the watch
        self.known_number = -1
        self.none_ends = True
        self.answers_at: dict[int, float] = {}  # to test asks
        self.tested_at = -1.0e9
        self.acked: Block | None = None  # of the last acknowledged renewal
        self.acked_at = 0.0
        self.later: list[Sent] = []
        self.may_extend = False
        self.nonce = 0
        self.round_sent = 0.0
        self.missing: set[int] = set()
        self.round_lasts = 0.0
        self.round_of: frozenset[int] = frozenset()
        if not rules.restart_needs_an_answer and pod.left is not None:
            self.proven, self.acked, self.acked_at, self.proof_sent = pod.left
            self.may_extend, self.heard_at = True, self.acked_at

    # How long others are waited for

    def long(self, record: Record) -> float:
        """L + F, the greater of the own and the recorded one."""
        return max(self.rules.usual + self.rules.more, min(record.duration, LONGEST))

    def brief(self, lease: Lease) -> float:
        """After a change that was witnessed."""
        rules = self.rules
        block = block_of(lease, of_any_tenure=not rules.block_names_its_tenure)
        if block is None:
            unknown = rules.only_known_wait_briefly and self.asked_of != tenure_of(lease)
            if rules.only_members_wait_briefly or unknown:
                return self.long(lease.record)
            recorded = lease.record.duration if rules.waits_for_the_recorded_lease else 0.0
            return max(rules.usual, min(recorded, LONGEST))
        if self.pod.uid in block.members or not rules.waits_long_as_an_outsider:
            return max(rules.usual, block.usual)
        return self.long(lease.record)

    def note_change(self, now: float, lease: Lease, *, witnessed: bool) -> None:
        before, rules = self.lease, self.rules
        if before is not None and is_release_of(lease, before):
            self.free = now
        elif before is not None and witnessed and self.is_renewal(lease, before):
            self.free = now + self.brief(lease)
        elif witnessed:
            self.not_before(now + self.brief(lease))
        elif not self.seen and is_a_release(lease):
            self.not_before(now + rules.usual)
        else:
            self.not_before(now + (self.long(lease.record) if self.is_long(lease) else rules.usual))

    def not_before(self, at: float) -> None:
        """Wait until then; a change alone shortens no wait."""
        self.free = max(self.free, at) if self.rules.never_shortens_otherwise else at

    def is_renewal(self, lease: Lease, before: Lease) -> bool:
        rules = self.rules
        newer = lease.record.renewed > before.record.renewed
        same = tenure_of(lease) == tenure_of(before) and lease.record.holder != 0
        return (
            same
            and (newer or not rules.shortens_by_a_newer_stamp_only)
            and not rules.never_shortens
        )

    def is_long(self, lease: Lease) -> bool:
        """Tell whether a change that was not witnessed is waited for in full."""
        rules = self.rules
        if not self.seen:
            return rules.waits_long_at_first_sight
        if self.lease is None:
            return rules.waits_long_when_missing
        if self.lease.uid != lease.uid:
            return rules.waits_long_at_another_uid
        return rules.waits_long_after_a_gap

    def note_gap(self, now: float) -> None:
        """Nothing was heard for long; what stands there is what stood there, or `see` knows."""
        if self.lease is not None:
            full = self.rules.waits_long_after_silence
            self.not_before(now + (self.long(self.record) if full else self.brief(self.lease)))
        elif self.rules.waits_long_when_missing:
            self.not_before(now + self.long(self.record))

    def note_missing(self, now: float) -> None:
        wait = self.long(self.record) if self.rules.waits_long_when_missing else self.rules.usual
        self.not_before(now + wait)

    def see_fallen_back(self, now: float, lease: Lease) -> None:
        super().see_fallen_back(now, lease)
        fell = self.rules.waits_long_at_a_fall
        self.free = max(self.free, now + self.long(lease.record)) if fell else now + self.own

    def is_gone(self, now: float) -> bool:
        if self.lease is None or self.changed is None:
            return False
        return now - self.changed >= self.rules.usual and is_marked_gone(self.lease)

    def may_take(self, now: float, *, former: bool = False, marked: bool = False) -> bool:
        rules = self.rules
        binds = rules.promise_binds
        if former:
            binds = rules.promise_binds_former_tenures
        if marked:
            binds = rules.promise_binds_marks
        return not binds or now >= self.promised_until

    # The promise

    def asked(self, ask: Ask) -> None:
        now, lasts, other = self.pod.now(), 0.0, False
        if self.lease is not None and tenure_of(self.lease) != ask.tenure:
            other = self.rules.no_promise_for_another_tenure
        if self.lease is not None and not other:
            self.asked_of = ask.tenure
        if self.lease is not None and not other and ask.stamp >= self.lease.record.renewed:
            lasts = 1.0 if ask.test else self.promise(now, ask)
        self.world.send_message(Reply(self.pod.uid, ask.sender, ask.nonce, lasts, other, ask.test))

    def promise(self, now: float, ask: Ask) -> float:
        """Return for how long nothing is taken; 0 to refuse."""
        rules, pod = self.rules, self.pod
        if rules.no_promise_while_a_write_may_land and self.writes:
            return 0.0
        if rules.no_promise_by_a_holder and (self.proven is not None or pod.forges):
            return 0.0
        hears = self.heard_at is not None and now - self.heard_at < rules.quiet
        if pod.able and hears:
            return 0.0
        assert self.changed is not None
        lasts = ask.lasts
        if rules.only_within_the_limit:
            lasts = min(lasts, self.changed + rules.more - now)
        if rules.no_promise_longer_than_a_lease:
            lasts = min(lasts, rules.usual)
        if lasts < _SHORTEST_PROMISE:
            return 0.0
        self.promised_until = max(self.promised_until, now + lasts)
        return lasts

    # Arming

    def pods_are(self, number: int, known: frozenset[int], *, none_ends: bool) -> None:
        """Take what the watch of the pods shows; what trails behind is ignored."""
        if number > self.known_number:
            self.known_number, self.known, self.none_ends = number, known, none_ends

    def renewal(self, now: float, lease: Lease) -> Record:
        record = lease.record
        armed = self.rules.more > 0 and self.all_answer(now)
        block, duration = None, self.rules.usual
        if armed:
            members = self.known | {self.pod.uid}
            block = Block(tenure_of(lease), self.rules.usual, self.rules.more, members)
            if self.rules.armed_lease_is_longer:
                duration += self.rules.more
        record = record._replace(renewed=self.world.number(), block=block, duration=duration)
        self.later.append(Sent(record, block.members if block else frozenset()))
        return record

    def all_answer(self, now: float) -> bool:
        if not self.rules.arms_only_when_all_answer:
            return True
        young = now - 3 * self.rules.retry
        others = self.known - {self.pod.uid}
        return self.none_ends and all(self.answers_at.get(uid, -1e9) >= young for uid in others)

    def acquisition(self) -> Record:
        record = super().acquisition()
        if self.rules.acquisition_is_disarmed:
            record = record._replace(block=None)
        self.later = [Sent(record, frozenset())]
        return record

    def released(self) -> Record:
        return super().released()._replace(block=None)

    def acknowledge(self, now: float, lease: Lease, write: Write) -> None:
        super().acknowledge(now, lease, write)
        if self.proven is None:
            return
        fresh = [n for n, sent in enumerate(self.later) if sent.record == lease.record]
        if fresh:
            self.later = self.later[fresh[-1] + 1 :]
        self.acked = block_of(lease)
        self.acked_at = write.sent
        self.may_extend = not self.pod.wish
        self.pod.left = lease, self.acked, write.sent, write.sent

    def lose(self) -> None:
        super().lose()
        self.acked, self.may_extend, self.later = None, False, []

    # The extension

    def off_at(self) -> float:
        until = self.pod.forge_until
        if self.proof_sent is None:
            return until - self.rules.off_before
        first = self.proof_sent + self.proven_for
        return max(first, until - self.rules.off_before)

    def speak(self, now: float) -> None:
        if self.pod.wish:
            self.may_extend = False
        if self.proven is not None and self.pod.forges:
            self.test(now)
            if self.heard_at is not None and now - self.heard_at >= self.rules.quiet:
                self.extend(now)

    def test(self, now: float) -> None:
        if now < self.tested_at + self.rules.retry or self.rules.more <= 0:
            return
        self.tested_at = now
        assert self.proven is not None
        stamp = self.newest_stamp()
        for uid in self.known - {self.pod.uid}:
            self.world.send_message(
                Ask(self.pod.uid, uid, 0, tenure_of(self.proven), stamp, 0.0, test=True)
            )

    def newest_stamp(self) -> int:
        assert self.proven is not None
        newest = self.later[-1].record if self.later else self.proven.record
        return newest.renewed

    def needed(self) -> frozenset[int] | None:
        """Return who has to promise; None where it may not be extended at all."""
        if self.acked is None or not self.may_extend:
            return None
        members = self.acked.members
        for sent in self.later:
            if not sent.members:
                if self.rules.not_after_disarming:
                    return None
            elif self.rules.later_members_count:
                members |= sent.members
        return members - {self.pod.uid}

    def extend(self, now: float) -> None:
        if now < self.round_sent + self.rules.retry / 2 and self.missing:
            return
        needed = self.needed()
        over = self.rules.only_within_the_limit and now >= self.acked_at + self.rules.limit
        if needed is None or over:
            return
        if not needed:
            lasts = self.rules.usual if self.rules.alone_a_promise_at_a_time else 1e9
            self.permit_until(now, now + lasts - self.rules.margin)
            return
        if self.pod.forge_until - now > 0.75 * self.rules.usual:
            return
        self.nonce, self.round_sent, self.missing = self.world.number(), now, set(needed)
        capped = self.rules.no_promise_longer_than_a_lease
        lasts = self.rules.usual if capped else self.rules.more
        self.round_lasts, self.round_of = lasts, needed
        assert self.proven is not None
        tenure, stamp = tenure_of(self.proven), self.newest_stamp()
        for uid in needed:
            self.world.send_message(
                Ask(self.pod.uid, uid, self.nonce, tenure, stamp, lasts, test=False)
            )

    def replied(self, reply: Reply) -> None:
        now = self.pod.now()
        if reply.test:
            if reply.lasts > 0:
                self.answers_at[reply.sender] = now
            return
        fresh = reply.nonce == self.nonce or not self.rules.answers_are_fresh
        if not fresh or self.proven is None:
            return
        if reply.other:
            self.lose()
        elif reply.lasts > 0 and reply.sender in self.missing:
            self.missing.discard(reply.sender)
            self.round_lasts = min(self.round_lasts, reply.lasts)
            if not self.missing or not self.rules.all_must_promise:
                self.use_round(now)

    def use_round(self, now: float) -> None:
        """All have promised: check again what may have changed since they were asked."""
        needed = self.needed()
        if needed is None or not (needed <= self.round_of or not self.rules.all_must_promise):
            return
        sent = self.round_sent if self.rules.counted_from_sending else now
        margin = self.rules.margin if self.rules.promise_has_a_margin else 0.0
        self.permit_until(now, sent + self.round_lasts - margin)

    def permit_until(self, now: float, until: float) -> None:
        pod = self.pod
        if self.rules.only_unbroken and not (pod.forges and not pod.wish):
            return
        if self.rules.only_within_the_limit:
            until = min(until, self.acked_at + self.rules.limit)
        if until > pod.forge_until:
            self.world.note_extension(pod, until, until - self.acked_at)
            self.world.permit(pod, until)
            pod.marks_until = max(pod.marks_until, until)

    def edges(self) -> tuple[float, ...]:
        changed = self.changed or 0.0
        return (
            self.free,
            self.pod.forge_until,
            self.promised_until,
            self.off_at(),
            self.renew_at,
            changed + self.rules.usual,
            self.acked_at + self.rules.limit,
        )

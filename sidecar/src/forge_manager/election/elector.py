"""The elector of one lease: a state machine without clock, thread or socket.

    step(now, intent, ...) -> Request | None    what to send now; one request at a time
    answered(now, number, answer)             how that request ended
    observed(now, lease, deleted=...)         an event of the watch
    view(now) -> LeaseView                    what is known and proven

To hold the lease is to have an acknowledged write of one's own, timed from before it was sent. A
Lease that names this pod proves nothing: the write may be another process's, or old.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.bond import Bond, Counts, bond_of
from forge_manager.election.knowledge import LeaseKnowledge, is_same
from forge_manager.election.messages import (
    ElectionReason,
    Failure,
    Found,
    LeaseIntent,
    LeaseView,
    Proof,
    Request,
    Verb,
)
from forge_manager.election.record import (
    Lease,
    LeaseRecord,
    hub_uid_of,
    released,
    tenure_of,
    under_mark,
)
from forge_manager.fence.tenures import NONE_HELD, Tenures

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.bond import HubLease
    from forge_manager.election.messages import Answer
    from forge_manager.election.terms import Terms

_MICROSECOND = 1000  # nanoseconds
#: Unanswered writes that are remembered. A forgotten one counts as another's, which is safe if a
#: later one names the same hub.
_MOST_WRITES = 16
_MOST_DOUBLINGS = 3


@dataclass(frozen=True, slots=True)
class _Write:
    """A write that may have landed, or still may: only on the Lease it was based on."""

    record: LeaseRecord
    base: Lease | None
    sent: Moment


class Elector:
    """One process's candidacy for one lease.

    `former`: what earlier processes of this pod held (Fence.held): while that is fresh, it may be
    taken over or released at once, because only this pod's node forged under it. `group`: the
    candidates that a release may be passed to before others, of a lease that is `shared` with other
    groups. `goes_on_alone`: a proof is waived for as long as the server is silent; others may then
    hold the lease anyway. `hub`: the lease is held beside that one, which excludes all pods that
    use it (`election.bond`); that is why the `terms` are long.
    """

    def __init__(
        self,
        *,
        identity: str,
        pool_id: str,
        terms: Terms,
        former: Tenures = NONE_HELD,
        group: str = "",
        goes_on_alone: bool = False,
        hub: HubLease | None = None,
    ) -> None:
        self.shared = bool(group)
        self._hub = hub
        self._identity = identity
        self._goes_on_alone = goes_on_alone
        self._pool_id = pool_id
        self._terms = terms
        self._knowledge = LeaseKnowledge(
            identity=identity,
            pool_id=pool_id,
            duration_ns=terms.duration_ns,
            attention_ns=terms.attention_ns,
            usual_ns=terms.usual_ns,
            former=former,
            group=group,
            with_hub=hub is not None,
        )
        self._releasing = False
        self._until_ns = 0
        self._followed_early_until_ns: int | None = None  # unknown, of the manager before
        self._successor = ""
        self._counter: int | None = None
        self._proof: Proof | None = None
        self._proven: Lease | None = None  # the write that `_proof` is about, as it was stored
        self._lost = ElectionReason.LEASE_NOT_SEEN
        self._writes: list[_Write] = []
        self._request: Request | None = None
        self._requests = 0
        self._must_read = True
        self._jitter = 0.0
        self._failures = 0
        self._refusals = 0
        self._renew_at_ns = 0
        self._pause_until_ns = 0
        self._sent_ns = 0  # of the request in flight
        self._known_version = -1  # the newest when it was sent
        self._last_stamp_us = 0

    def view(self, now: Moment) -> LeaseView:
        """Say what is known and proven now."""
        bond = self._bond(now)
        return LeaseView(
            proof=self._proof_by(bond),
            ours=self._may_be_ours(now, bond),
            holder=self._knowledge.record.holder,
            obstacle=self._knowledge.obstacle(now, self._counter, bond),
            lost=self._lost,
            counter=self._knowledge.record.counter,
            tenures=self._knowledge.tenures(bond),
            changed_ns=self._knowledge.changed_ns,
            asks_at_ns=self._asks_at_ns(now),
            passed_to=self._knowledge.record.passed_to,
            silent=not self._knowledge.attentive(now.boot_ns),
            waived=self._waived,
            shared=self.shared,
        )

    @property
    def _waived(self) -> bool:
        return self._goes_on_alone and self._proven is not None

    def _may_be_ours(self, now: Moment, bond: Bond) -> bool:
        pending = any(write.record.holder for write in self._writes)
        kept = self._releasing and self._followed_early(now)
        return pending or self._waived or (self._knowledge.is_ours(now, bond) and not kept)

    # Beside a hub's Lease

    @property
    def uid(self) -> str:
        """The uid of the Lease as last seen, "" for none (HubLease)."""
        return self._knowledge.lease.uid if self._knowledge.lease else ""

    @property
    def until_ns(self) -> int:
        """CLOCK_BOOTTIME until which the last proof lets the node forge (HubLease)."""
        return self._until_ns

    def held_uid(self, now: Moment) -> str:
        """Return the uid of the Lease if it is proven now, "" otherwise (HubLease)."""
        proof = self._proof
        return proof.lease_uid if proof is not None and proof.holds(now) else ""

    def _bond(self, now: Moment) -> Bond:
        return bond_of(self._hub, now, self._hubs_named())

    def _hubs_named(self) -> set[str]:
        own = [self._proven.record] if self._proven else []
        own += [write.record for write in self._writes if write.record.holder]
        return {hub_uid_of(record) for record in own}

    def _proof_by(self, bond: Bond) -> Proof | None:
        if self._proof is None or bond.counts is Counts.LONGER:
            return self._proof
        return self._proof.usual if bond.counts is Counts.USUAL else None

    def _followed_early(self, now: Moment) -> bool:
        """Tell whether an earlier holder may still forge, under the hub's Lease.

        Until it cannot, no pod that does not use that hub may follow, so this lease is not
        released; nor does its record name another hub.
        """
        until_ns = self._followed_early_until_ns
        early = until_ns is None or now.boot_ns < until_ns
        return self._knowledge.under != "" and early

    # What comes in

    def observed(self, now: Moment, lease: Lease, *, deleted: bool = False) -> None:
        """Take an event of the watch: the Lease as it is, or as it was when it was deleted."""
        if lease.version <= self._knowledge.newest_version:
            return  # events trail behind answers
        if deleted:
            self._knowledge.newest_version = lease.version
            self._see_missing(now)
        else:
            self._see(now, lease)
        self._knowledge.heard(now, now.boot_ns)

    def answered(self, now: Moment, number: int, answer: Answer) -> None:
        """Take the outcome of the request in flight; that of any other is ignored."""
        request = self._request
        if request is None or request.number != number:
            return
        self._request = None
        if answer in (Failure.UNKNOWN, Failure.FORBIDDEN):
            self._failures += 1
            self._pause(now, self._failures)
            if request.verb is Verb.READ and self._proven is None:
                self._knowledge.missed()
                spread_ns = int(self._terms.next_look_ns * (1 + self._jitter) / 2)
                self._pause_until_ns = max(self._pause_until_ns, self._sent_ns + spread_ns)
            return
        self._failures = 0
        if not isinstance(answer, Found) and request.verb is not Verb.READ:
            self._refused(now)
            return
        if request.verb is Verb.READ:
            self._must_read = False
        if not isinstance(answer, Found):
            self._see_missing(now)
        elif answer.lease.version > self._knowledge.newest_version:
            self._see(now, answer.lease)
        elif self._fell_back(answer.lease):
            self._see_fallen_back(now, answer.lease)
        elif self._is_there_after_all(answer.lease):
            self._see(now, answer.lease)
        self._knowledge.heard(now, self._sent_ns)

    def _refused(self, now: Moment) -> None:
        """Read before anything else: the Lease may hold a write of ours that got no answer.

        A refusal alone says nothing about the Lease; a 404 may be another server's. It ends no
        proof, because no other pod takes a Lease before a full duration has passed. Repeated
        refusals lengthen the interval.
        """
        self._must_read = True
        self._pause(now, self._refusals)
        self._refusals += 1

    def _pause(self, now: Moment, doublings: int) -> None:
        """Ask nothing for an eighth of the retry period, doubled this often, up to all of it."""
        wait = self._terms.retry_ns * 2 ** min(doublings, _MOST_DOUBLINGS) // 8
        self._pause_until_ns = now.boot_ns + wait

    def _see(self, now: Moment, lease: Lease) -> None:
        mine = next((write for write in self._writes if _is_outcome(lease, write)), None)
        # Only what is based on this version can still land.
        self._writes = [w for w in self._writes if w.base and w.base.version == lease.version]
        self._refusals = 0
        if mine is not None:
            self._acknowledge(now, lease, mine)
        elif self._proven is not None and not is_same(self._proven, lease):
            replaced = self._proven.uid != lease.uid
            self._lose(ElectionReason.LEASE_REPLACED if replaced else ElectionReason.FOREIGN_WRITE)
        self._knowledge.see(now, lease)

    def _see_missing(self, now: Moment) -> None:
        self._writes = [write for write in self._writes if write.base is None]
        if self._proven is not None:
            self._lose(ElectionReason.LEASE_MISSING)
        self._knowledge.see_missing(now)

    def _is_there_after_all(self, lease: Lease) -> bool:
        known = self._knowledge
        return known.lease is None and lease.version == known.newest_version

    def _fell_back(self, lease: Lease) -> bool:
        """Tell whether an answer shows less than was known when it was asked for.

        An answer to a read, or to a write that landed, is never older than the question. An older
        one comes from a server that lost its last writes: a restored backup, a promoted replica.
        """
        known = self._knowledge.lease
        reused = known is not None and known.version == lease.version and not is_same(known, lease)
        return lease.version < self._known_version or reused

    def _see_fallen_back(self, now: Moment, lease: Lease) -> None:
        """Start over: what was proven may be another's by now, and versions are used again."""
        self._lose(ElectionReason.LEASE_FELL_BACK)
        self._writes.clear()
        self._knowledge.forget()
        self._see(now, lease)

    def _acknowledge(self, now: Moment, lease: Lease, write: _Write) -> None:
        if not write.record.holder:
            self._lose(ElectionReason.LEASE_RELEASED)
            return
        if self._is_late(now, lease, write):
            self._lose(ElectionReason.RENEW_DEADLINE_PASSED)
            return
        self._proof = Proof(write.sent, self._terms, tenure_of(lease))
        self._knowledge.add_tenure(self._proof)
        self._until_ns = self._proof.forge_until_ns
        self._proven = lease
        self._lost = ElectionReason.RENEW_DEADLINE_PASSED

    def _is_late(self, now: Moment, lease: Lease, write: _Write) -> bool:
        """Tell whether this renewal came after its tenure expired: another may have led since."""
        renewal = write.base is not None and tenure_of(write.base) == tenure_of(lease)
        return renewal and self._knowledge.tenures(self._bond(now)).over(now)

    def _lose(self, reason: ElectionReason) -> None:
        self._proof, self._proven, self._lost = None, None, reason

    # What goes out

    def step(
        self,
        now: Moment,
        intent: LeaseIntent,
        *,
        counter: int | None,
        jitter: float,
        successor: str = "",
    ) -> Request | None:
        """Return the request to send now, if any.

        `counter`: of the certificate that this replica forges with, or is about to; None when that
        is unknown. A renewal never lowers what the Lease records. `jitter`: 0 to 1, random; it
        spreads the reads of several replicas. `successor`: the group that a release is meant for.
        `now` must be read before the request is sent.
        """
        self._counter, self._successor, self._jitter = counter, successor, jitter
        self._releasing = intent is LeaseIntent.RELEASE
        if self._releasing:
            self._until_ns = 0  # the node is off
        if intent is LeaseIntent.RELEASE and self._proof is not None:
            self._lose(ElectionReason.LEASE_RELEASED)
        if self._request is not None or now.boot_ns < self._pause_until_ns:
            return None
        if self._must_read:
            return self._ask_read(now)
        record = self._next_record(now, intent)
        if record is not None:
            return self._ask_write(now, record)
        return self._read_when_silent(now, jitter)

    def _next_record(self, now: Moment, intent: LeaseIntent) -> LeaseRecord | None:
        """Return what to write now, None when nothing is due."""
        known, bond = self._knowledge, self._bond(now)
        if intent is LeaseIntent.RELEASE:
            ours = known.lease if known.is_ours(now, bond) else None
            if ours is None or self._followed_early(now):
                return None
            usual = self._terms.usual or self._terms
            return released(ours, usual.lease_duration_s, self._successor)
        if self._proven is not None and known.is_ours(now, bond):
            bound = self._followed_early(now) and bond.uid not in ("", known.under)
            due = (
                now.boot_ns >= self._renew_at_ns and not bound
            )  # a pod that uses the former hub may lead
            return self._renewal(now, self._proven.record, bond) if due else None
        free = known.attentive(now.boot_ns) and known.obstacle(now, self._counter, bond) is None
        if free and (intent is LeaseIntent.CAMPAIGN or self._waived):
            return self._acquisition(now, bond)
        return None

    def _renewal(self, now: Moment, record: LeaseRecord, bond: Bond) -> LeaseRecord:
        counters = (record.counter, self._counter)
        highest = max((counter for counter in counters if counter is not None), default=None)
        own_s = self._terms.lease_duration_s
        return replace(
            record,
            duration_s=record.duration_s if self._followed_early(now) else own_s,
            renewed_us=self._stamp_us(now),
            counter=highest,
            under=under_mark(self._hub_to_name(now, record, bond), record.transitions),
        )

    def _hub_to_name(self, now: Moment, record: LeaseRecord, bond: Bond) -> str:
        """Return the hub that a renewal names: no other before the former one's Lease expires.

        The node may not be off yet, and naming another hub lets its users follow early.
        """
        named = hub_uid_of(record)
        if self._hub is None or bond.uid in ("", named):
            return named
        over = now.boot_ns >= self._hub.until_ns or self._hub.held_uid(now)
        return bond.uid if over or not named else named

    def _acquisition(self, now: Moment, bond: Bond) -> LeaseRecord:
        before, stamp = self._knowledge.record, self._stamp_us(now)
        early = self._knowledge.under != "" and not self._knowledge.is_vacant(now)
        # The pod that it follows early may have a longer lease; later ones know it from this
        # record.
        longest_s = max(self._terms.lease_duration_s, self._knowledge.held_for_s(now))
        self._followed_early_until_ns = now.boot_ns + longest_s * SECOND if early else 0
        hub_uid = self._knowledge.under if early else bond.uid
        return LeaseRecord(
            holder=self._identity,
            duration_s=longest_s if early else self._terms.lease_duration_s,
            acquired_us=stamp,
            renewed_us=stamp,
            transitions=before.transitions + 1,
            pool_id=self._pool_id or before.pool_id,
            counter=before.counter if self._counter is None else self._counter,
            under=under_mark(hub_uid, before.transitions + 1),
        )

    def _stamp_us(self, now: Moment) -> int:
        """Return the wall clock, never twice the same: every write must differ."""
        self._last_stamp_us = max(now.wall_ns // _MICROSECOND, self._last_stamp_us + 1)
        return self._last_stamp_us

    def _ask_write(self, now: Moment, record: LeaseRecord) -> Request:
        base = self._knowledge.lease
        self._renew_at_ns = now.boot_ns + self._terms.retry_ns
        self._writes = _remembered([*self._writes, _Write(record, base, now)])
        return self._issue(now, Verb.REPLACE if base else Verb.CREATE, record, base)

    def _read_when_silent(self, now: Moment, jitter: float) -> Request | None:
        silence_ns = self._knowledge.silent_ns(now)
        if silence_ns is not None and silence_ns < self._terms.look_ns * (1 + jitter / 4):
            return None
        return self._ask_read(now)

    def _asks_at_ns(self, now: Moment) -> int:
        """Return the earliest time at which `step` may ask for anything, whatever the intent."""
        if self._request is not None:
            return now.boot_ns + self._request.within_ns
        silence_ns = self._knowledge.silent_ns(now)
        if self._must_read or silence_ns is None:
            return self._pause_until_ns
        due_ns = now.boot_ns - silence_ns + self._terms.look_ns
        if self._proven is not None:
            due_ns = min(due_ns, self._renew_at_ns)
        elif self._knowledge.attentive(now.boot_ns):
            due_ns = min(due_ns, self._knowledge.held_until_ns)
        return max(self._pause_until_ns, due_ns)

    def _ask_read(self, now: Moment) -> Request:
        return self._issue(now, Verb.READ, None, None)

    def _issue(
        self, now: Moment, verb: Verb, record: LeaseRecord | None, base: Lease | None
    ) -> Request:
        self._requests += 1
        self._request = Request(self._requests, verb, self._terms.request_ns, record, base)
        self._known_version, self._sent_ns = self._knowledge.newest_version, now.boot_ns
        return self._request


def _remembered(writes: list[_Write]) -> list[_Write]:
    """Return the last writes, and of those before, the last that names a hub no later one names.

    If it has landed, others may follow early because of it.
    """
    kept = writes[-_MOST_WRITES:]
    for write in reversed(writes[:-_MOST_WRITES]):
        if hub_uid_of(write.record) not in {hub_uid_of(later.record) for later in kept}:
            kept.insert(0, write)
    return kept


def _is_outcome(lease: Lease, write: _Write) -> bool:
    return lease.record == write.record and (write.base is None or write.base.uid == lease.uid)

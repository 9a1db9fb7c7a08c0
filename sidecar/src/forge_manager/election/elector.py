"""The elector of one lease: a state machine without clock, thread or socket.

    step(now, wish, ...) -> Request | None    what to send now; one request at a time
    answered(now, number, answer)             how that request ended
    observed(now, lease, deleted=...)         an event of the watch
    view(now) -> LeaseView                    what is known and proven

To hold means to have an acknowledged write of one's own, timed from before it was sent. That the
Lease names this pod proves nothing: the write may be another process's, or ancient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.election.knowledge import LeaseKnowledge, is_same
from forge_manager.election.messages import (
    ElectionReason,
    Failure,
    Found,
    LeaseView,
    Proof,
    Request,
    Verb,
    Wish,
)
from forge_manager.election.record import Lease, LeaseRecord, released
from forge_manager.moment import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forge_manager.election.messages import Answer
    from forge_manager.election.terms import Terms
    from forge_manager.moment import Moment

_MICROSECOND = 1000  # nanoseconds
_LONGEST_SILENCE_NS = 60 * SECOND
#: Unanswered writes that are remembered; one that is forgotten counts as another's, which is safe.
_MOST_WRITES = 16
_MOST_DOUBLINGS = 3


@dataclass(frozen=True, slots=True)
class _Write:
    """A write that may have happened, or may still: it lands only on the Lease it was based on."""

    record: LeaseRecord
    base: Lease | None
    sent: Moment


class Elector:
    """One process's candidacy for one lease.

    `former_tenures`: what earlier processes of this very pod held (Fence.tenures): those may be
    taken over or released at once, for nothing but this pod's node ever forged under them.
    `group`: the candidates that may be passed a release before others, of a lease that is `shared`
    with other groups. `goes_on_alone`: a proof is
    waived for as long as the server is silent; others may then hold the lease all the same.
    """

    def __init__(
        self,
        *,
        identity: str,
        pool_id: str,
        terms: Terms,
        former_tenures: Iterable[str] = (),
        group: str = "",
        goes_on_alone: bool = False,
    ) -> None:
        self.shared = bool(group)
        self._identity = identity
        self._goes_on_alone = goes_on_alone
        self._pool_id = pool_id
        self._terms = terms
        self._knowledge = LeaseKnowledge(
            identity=identity,
            pool_id=pool_id,
            duration_ns=terms.duration_ns,
            former_tenures=former_tenures,
            group=group,
        )
        self._successor = ""
        self._counter: int | None = None
        self._proof: Proof | None = None
        self._proven: Lease | None = None  # the write that `_proof` is about, as it was stored
        self._lost = ElectionReason.LEASE_NOT_SEEN
        self._writes: list[_Write] = []
        self._request: Request | None = None
        self._requests = 0
        self._must_read = True
        self._failures = 0
        self._refusals = 0
        self._renew_at_ns = 0
        self._pause_until_ns = 0
        self._contact_ns: int | None = None
        self._first_silence_ns = terms.duration_ns * 2 // 3
        self._silence_ns = self._first_silence_ns
        self._regressed_since_ns: int | None = None
        self._last_stamp_us = 0

    def view(self, now: Moment) -> LeaseView:
        """Say what is known and proven now."""
        return LeaseView(
            proof=self._proof,
            ours=self._knowledge.is_ours() or any(write.record.holder for write in self._writes),
            holder=self._knowledge.record.holder,
            obstacle=self._knowledge.obstacle(now, self._counter),
            lost=self._lost,
            counter=self._knowledge.record.counter,
            tenures=self._knowledge.tenures,
            changed_ns=self._knowledge.changed_ns,
            passed_to=self._knowledge.record.passed_to,
            waived=self._goes_on_alone and self._proven is not None,
            shared=self.shared,
        )

    # What comes in

    def observed(self, now: Moment, lease: Lease, *, deleted: bool = False) -> None:
        """Take an event of the watch: the Lease as it is, or as it was when it was deleted."""
        self._contact_ns = now.boot_ns
        self._silence_ns = self._first_silence_ns
        if lease.version <= self._knowledge.newest_version:
            return  # events trail behind answers
        if deleted:
            self._knowledge.newest_version = lease.version
            self._see_missing(now)
        else:
            self._see(now, lease)

    def answered(self, now: Moment, number: int, answer: Answer) -> None:
        """Take the outcome of the request in flight; that of any other is ignored."""
        request = self._request
        if request is None or request.number != number:
            return
        self._request = None
        if answer in (Failure.UNKNOWN, Failure.FORBIDDEN):
            self._failures += 1
            self._pause(now, self._failures)
            return
        self._failures = 0
        self._contact_ns = now.boot_ns
        if not isinstance(answer, Found) and request.verb is not Verb.READ:
            self._refused(now)
            return
        if request.verb is Verb.READ:
            self._must_read = False
        if not isinstance(answer, Found):
            self._see_missing(now)
        elif answer.lease.version > self._knowledge.newest_version:
            self._see(now, answer.lease)
        elif request.verb is Verb.READ:
            self._read_again(now, answer.lease)

    def _refused(self, now: Moment) -> None:
        """Read before anything else: what stands there may be what I sent and heard no answer to.

        A refusal alone says nothing of the Lease; a 404 may be another server's. It ends no proof,
        for nobody takes a Lease before a full duration has passed. One after another they come at
        growing intervals.
        """
        self._must_read = True
        self._pause(now, self._refusals)
        self._refusals += 1

    def _pause(self, now: Moment, doublings: int) -> None:
        """Ask nothing for an eighth of the retry period, doubled so often, up to all of it."""
        wait = self._terms.retry_ns * 2 ** min(doublings, _MOST_DOUBLINGS) // 8
        self._pause_until_ns = now.boot_ns + wait

    def _see(self, now: Moment, lease: Lease) -> None:
        mine = next((write for write in self._writes if _is_outcome(lease, write)), None)
        # Only what is based on this version can still land.
        self._writes = [w for w in self._writes if w.base and w.base.version == lease.version]
        self._regressed_since_ns = None
        self._refusals = 0
        if mine is not None:
            self._acknowledge(lease, mine)
        elif self._proven is not None and not is_same(self._proven, lease):
            replaced = self._proven.uid != lease.uid
            self._lose(ElectionReason.LEASE_REPLACED if replaced else ElectionReason.FOREIGN_WRITE)
        self._knowledge.see(now, lease)

    def _see_missing(self, now: Moment) -> None:
        self._writes = [write for write in self._writes if write.base is None]
        if self._proven is not None:
            self._lose(ElectionReason.LEASE_MISSING)
        self._knowledge.see_missing(now)

    def _read_again(self, now: Moment, lease: Lease) -> None:
        if lease.version < self._knowledge.newest_version:
            self._see_regressed(now, lease)
            return
        self._regressed_since_ns = None
        if self._knowledge.lease is None:  # it is there, whatever was answered before
            self._see(now, lease)

    def _see_regressed(self, now: Moment, lease: Lease) -> None:
        """Take a read older than what is known: a stale cache or, if it lasts, a restored backup.

        Nothing is ever acknowledged by it; without this rule no elector would believe the restored
        server again.
        """
        self._must_read = True
        self._pause_until_ns = now.boot_ns + self._terms.retry_ns
        if self._regressed_since_ns is None:
            self._regressed_since_ns = now.boot_ns
        elif now.boot_ns - self._regressed_since_ns >= self._terms.duration_ns:
            self._writes.clear()
            self._knowledge.forget()
            self._see(now, lease)

    def _acknowledge(self, lease: Lease, write: _Write) -> None:
        if not write.record.holder:
            self._lose(ElectionReason.LEASE_RELEASED)
            return
        tenure = self._knowledge.add_tenure(lease)
        self._proof = Proof(write.sent, self._terms, tenure)
        self._proven = lease
        self._lost = ElectionReason.RENEW_DEADLINE_PASSED

    def _lose(self, reason: ElectionReason) -> None:
        self._proof, self._proven, self._lost = None, None, reason

    # What goes out

    def step(
        self, now: Moment, wish: Wish, *, counter: int | None, jitter: float, successor: str = ""
    ) -> Request | None:
        """Return the request to send now, if any.

        `counter`: of the certificate that this replica forges with, or is about to; None when that
        is unknown. What the Lease records never falls by a renewal. `jitter`: 0 to 1, random; it
        spreads the reads of several replicas. `successor`: the group that a release is meant for.
        `now` must be read before the request is sent.
        """
        self._counter, self._successor = counter, successor
        if wish is Wish.RELEASE and self._proof is not None:
            self._lose(ElectionReason.LEASE_RELEASED)
        if self._request is not None or now.boot_ns < self._pause_until_ns:
            return None
        if self._must_read:
            return self._read()
        record = self._next_record(now, wish)
        if record is not None:
            return self._write(now, record)
        return self._read_when_silent(now, jitter)

    def _next_record(self, now: Moment, wish: Wish) -> LeaseRecord | None:
        """Return what to write now, None when nothing is due."""
        known = self._knowledge
        if wish is Wish.RELEASE:
            return (
                released(known.lease, self._successor) if known.lease and known.is_ours() else None
            )
        if self._proven is not None:
            due = now.boot_ns >= self._renew_at_ns
            return self._renewal(now, self._proven.record) if due else None
        if wish is Wish.CAMPAIGN and known.obstacle(now, self._counter) is None:
            return self._acquisition(now)
        return None

    def _renewal(self, now: Moment, record: LeaseRecord) -> LeaseRecord:
        counters = (record.counter, self._counter)
        highest = max((counter for counter in counters if counter is not None), default=None)
        return replace(record, renewed_us=self._stamp_us(now), counter=highest)

    def _acquisition(self, now: Moment) -> LeaseRecord:
        before, stamp = self._knowledge.record, self._stamp_us(now)
        return LeaseRecord(
            holder=self._identity,
            duration_s=self._terms.lease_duration_s,
            acquired_us=stamp,
            renewed_us=stamp,
            transitions=before.transitions + 1,
            pool_id=self._pool_id or before.pool_id,
            counter=before.counter if self._counter is None else self._counter,
        )

    def _stamp_us(self, now: Moment) -> int:
        """Return the wall clock, never twice the same: each write must differ from the others."""
        self._last_stamp_us = max(now.wall_ns // _MICROSECOND, self._last_stamp_us + 1)
        return self._last_stamp_us

    def _write(self, now: Moment, record: LeaseRecord) -> Request:
        base = self._knowledge.lease
        self._renew_at_ns = now.boot_ns + self._terms.retry_ns
        self._writes = [*self._writes, _Write(record, base, now)][-_MOST_WRITES:]
        return self._send(Verb.REPLACE if base else Verb.CREATE, record, base)

    def _read_when_silent(self, now: Moment, jitter: float) -> Request | None:
        if self._contact_ns is None:
            self._contact_ns = now.boot_ns
        if now.boot_ns - self._contact_ns < self._silence_ns * (1 + jitter / 4):
            return None
        self._contact_ns = now.boot_ns
        self._silence_ns = min(2 * self._silence_ns, _LONGEST_SILENCE_NS)
        return self._read()

    def _read(self) -> Request:
        return self._send(Verb.READ, None, None)

    def _send(self, verb: Verb, record: LeaseRecord | None, base: Lease | None) -> Request:
        self._requests += 1
        self._request = Request(self._requests, verb, self._terms.request_ns, record, base)
        return self._request


def _is_outcome(lease: Lease, write: _Write) -> bool:
    return lease.record == write.record and (write.base is None or write.base.uid == lease.uid)

"""What one process knows of a Lease: what it last saw, and how long it must wait for others."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.bond import Counts
from forge_manager.election.messages import ElectionReason
from forge_manager.election.record import (
    LONGEST_DURATION_S,
    Lease,
    LeaseRecord,
    holding_of,
    hub_uid_of,
    is_a_release,
    is_release_of,
    tenure_of,
)
from forge_manager.fence.tenures import NONE_HELD, Tenures

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.bond import Bond
    from forge_manager.election.messages import Proof

#: For this long, others leave a Lease that was passed to one group to that group. The pod that
#: released it is off, so this is a courtesy and excludes no pod.
RESERVED_NS = 5 * SECOND
#: Over this long, the pools of an API server take their Leases after an outage.
OWN_TIME_NS = 2 * SECOND


class LeaseKnowledge:
    """The Lease as last seen, and when its record last changed by this machine's boot time.

    Expiry never compares the record's times with a clock: the clocks of two machines may differ by
    any amount, their rates by little. `duration_ns`: the own leaseDuration. `changed_ns`: boot
    time. `attention_ns`: after a longer silence, this process cannot tell what happened meanwhile.
    `former`: what earlier managers of this pod held. `group`: this pod's group of candidates, to
    which a release may be passed. `usual_ns`: the usual lease, if the own one is longer
    (`Terms.usual_ns`). `with_hub`: it is longer because of a hub (`election.bond`).
    """

    def __init__(
        self,
        *,
        identity: str,
        pool_id: str,
        duration_ns: int,
        attention_ns: int,
        usual_ns: int | None,
        former: Tenures,
        group: str,
        with_hub: bool,
    ) -> None:
        self.lease: Lease | None = None  # None: missing, or not seen yet
        self.seen = False
        self.newest_version = -1
        self.changed_ns: int | None = None
        self._identity = identity
        self._pool_id = pool_id
        self._duration_ns = duration_ns
        self._attention_ns = attention_ns
        self._usual_ns = usual_ns
        self._group = group
        self._with_hub = with_hub
        self._tenures = former
        self._usual_until_ns = former.until_ns
        self._under = ""
        self._free_at_ns = 0
        self._free_to_peers_at_ns = 0  # to pods that use the same hub
        self._heard_ns: int | None = None
        self._missed = False  # a look, since something was heard
        self._after_outage = False  # and the record has not changed since

    @property
    def record(self) -> LeaseRecord:
        """The record as last seen; an empty one when there is no Lease."""
        return self.lease.record if self.lease else LeaseRecord()

    def heard(self, now: Moment, at_ns: int) -> None:
        """Note that what is known was true at `at_ns` (boot time).

        After a long silence this process may have missed a whole holding that the API server has
        since forgotten, so it waits in full for whatever is there now. If a look failed, all pools
        of that API server may be about to follow at once, so this one waits a little longer.
        """
        away = self._missed
        if self._heard_ns is not None and not self.attentive(at_ns):
            self._wait_for(now, self.record, ours=self._names_us(self.lease))
            away = True
        self._after_outage = self._after_outage or away
        self._missed = False
        self._heard_ns = max(at_ns, self._heard_ns or 0)

    def missed(self) -> None:
        """Note that a look failed."""
        self._missed = True

    @property
    def _vacant_at_ns(self) -> int:
        """When its holder's wait ends, and after an outage also the Lease's own time.

        That is a part of OWN_TIME_NS on which all candidates of one Lease agree.
        """
        if self.lease is None or not self._after_outage:
            return self._free_at_ns
        return self._free_at_ns + (OWN_TIME_NS * zlib.crc32(self.lease.uid.encode()) >> 32)

    def silent_ns(self, now: Moment) -> int | None:
        """Return how long nothing has been heard; None before the first time."""
        return None if self._heard_ns is None else now.boot_ns - self._heard_ns

    def attentive(self, at_ns: int) -> bool:
        """Tell whether nothing can have happened unnoticed until then."""
        return self._heard_ns is not None and at_ns - self._heard_ns <= self._attention_ns

    def see(self, now: Moment, lease: Lease) -> None:
        """Take a Lease newer than everything known."""
        # Every other one has ended, even if a copy of its record comes back.
        kept = {tenure_of(lease)} if lease.record.holder == self._identity else set()
        self._keep_tenures(kept)
        if self.lease is None or not is_same(self.lease, lease):
            self.changed_ns = now.boot_ns
            self._note_change(now, lease)
            self._under = hub_uid_of(lease.record)
        self.lease = lease
        self.seen = True
        self.newest_version = lease.version

    def see_missing(self, now: Moment) -> None:
        """Note that there is no Lease. Its holder may not have noticed, so the wait is a full one.

        The wait counts from when this was first noticed, and does not restart with every look.
        """
        if self.lease is not None or not self.seen:
            self._wait_for(now, self.record)
        self.seen = True
        self.lease = None
        self._tenures = NONE_HELD

    def forget(self) -> None:
        """Drop everything that is ordered by version: the API server's history has restarted."""
        self.lease = None
        self.newest_version = -1
        self._tenures = NONE_HELD

    def tenures(self, bond: Bond) -> Tenures:
        """Return this pod's tenures not seen to end; before the first look, all former ones."""
        if not self._tenures.marks or bond.counts is Counts.LONGER:
            return self._tenures
        return self._tenures._replace(until_ns=self._usual_until_ns)

    def add_tenure(self, proof: Proof) -> None:
        """Note that this pod holds it, by its own acknowledged write."""
        marks = tuple(sorted({*self._tenures.marks, proof.tenure}))
        self._tenures = Tenures(marks, proof.forge_until_ns, proof.sent.offset_ns)
        self._usual_until_ns = proof.usual.forge_until_ns

    def is_ours(self, now: Moment, bond: Bond) -> bool:
        """Tell whether the Lease names a fresh tenure of this pod that was not seen to end.

        Then no other pod can hold it, and only this pod's node forged under it. The name alone is
        not enough: a person can write it. Nor is the tenure alone: the API server may have
        forgotten a later holder.
        """
        return self._names_us(self.lease) and not self.tenures(bond).over(now)

    def _names_us(self, lease: Lease | None) -> bool:
        """Tell whether it names a tenure of this pod, even an expired one."""
        return (
            lease is not None
            and lease.record.holder == self._identity
            and tenure_of(lease) in self._tenures.marks
        )

    def is_vacant(self, now: Moment) -> bool:
        """Tell whether its last holder no longer holds it, nor any before."""
        return now.boot_ns >= self._vacant_at_ns or self._is_gone(now)

    @property
    def held_until_ns(self) -> int:
        """CLOCK_BOOTTIME before which no time that passes makes it free to anyone."""
        if self._usual_ns is None:
            return self._vacant_at_ns
        gone_ns = (self.changed_ns or 0) + self._usual_ns  # see _is_gone
        return min(self._vacant_at_ns, self._free_to_peers_at_ns, gone_ns)

    def held_for_s(self, now: Moment) -> int:
        """Return the seconds that a pod that does not use that hub must still wait, rounded up."""
        return max(0, -((now.boot_ns - self._vacant_at_ns) // SECOND))

    @property
    def under(self) -> str:
        """The uid of the hub's Lease under which a pod may still forge, "" for none."""
        return self._under

    def obstacle(self, now: Moment, counter: int | None, bond: Bond) -> ElectionReason | None:
        """Say why the lease may not be taken now; None when it may.

        `counter`: this replica's certificate counter. A node under a lower one than the pool has
        used would only make blocks that the network refuses.
        """
        if not self.seen:
            return ElectionReason.LEASE_NOT_SEEN
        record = self.record
        if self._pool_id and record.pool_id not in ("", self._pool_id):
            return ElectionReason.LEASE_BELONGS_TO_ANOTHER_POOL
        if counter is not None and record.counter is not None and counter < record.counter:
            return ElectionReason.COUNTER_BEHIND
        if self.is_vacant(now) or self._is_free_to_us(now, bond):
            return None
        return ElectionReason.LEASE_HELD

    def _is_free_to_us(self, now: Moment, bond: Bond) -> bool:
        """Tell whether it may be taken although a node may still forge.

        That is this pod's own node, or one that the hub's Lease excludes; then waiting is only a
        courtesy. The record must not name a hub other than the one that this pod uses.
        """
        if self.is_ours(now, bond):
            return not (self._under and bond.uid) or self._under == bond.uid
        peer = bond.uid != "" and bond.uid == self._under
        return peer and now.boot_ns >= self._free_to_peers_at_ns

    def _is_gone(self, now: Moment) -> bool:
        """Tell whether a person has declared the machine of this very holding dead.

        It must also have been silent for a usual lease: a holder that renews is not dead. If a hub
        keeps others away, the holder may have followed another, which that says nothing about.
        """
        if self.lease is None or self._usual_ns is None or self.changed_ns is None:
            return False
        silent = now.boot_ns - self.changed_ns >= self._usual_ns
        return silent and not self._under and self.lease.gone == holding_of(self.lease) != ""

    def _keep_tenures(self, marks: set[str]) -> None:
        kept = tuple(mark for mark in self._tenures.marks if mark in marks)
        self._tenures = self._tenures._replace(marks=kept) if kept else NONE_HELD

    def _note_change(self, now: Moment, lease: Lease) -> None:
        """Note that the record changed: from now it counts as held for a full duration.

        Only a release that was watched frees it at once. A Lease found at first sight, emptied by
        hand or restored from a copy counts in full: its holder may not have noticed yet.
        """
        self._after_outage = False
        if self.lease is not None and is_release_of(lease, self.lease):
            mine = lease.record.passed_to in ("", self._group)
            self._free_at_ns = now.boot_ns + (0 if mine else RESERVED_NS)
        elif self._usual_ns is not None and not self.seen and is_a_release(lease):
            self._free_at_ns = now.boot_ns + self._usual_ns
        else:
            self._wait_for(now, lease.record, ours=self._names_us(lease))

    def _wait_for(self, now: Moment, record: LeaseRecord, *, ours: bool = False) -> None:
        """Wait for the greater of the own and the record's leaseDuration.

        If the lease is longer than usual, this pod need not wait for itself in full: it was away,
        and no pod was seen to follow it.

        A change never shortens the wait: the previous holder, whose lease may have been longer, may
        not have noticed the change.
        """
        recorded_ns = min(record.duration_s, LONGEST_DURATION_S) * SECOND
        duration_ns = max(self._duration_ns, recorded_ns)
        if self._usual_ns is not None:
            usual_ns = now.boot_ns + self._usual_ns
            self._free_to_peers_at_ns = max(self._free_to_peers_at_ns, usual_ns)
            if ours and not self._with_hub:
                duration_ns = self._usual_ns
        self._free_at_ns = max(self._free_at_ns, now.boot_ns + duration_ns)


def is_same(one: Lease, other: Lease) -> bool:
    """Tell whether two answers show the same object with the same record."""
    return one.uid == other.uid and one.record == other.record

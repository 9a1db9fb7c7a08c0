"""An API server with one Lease, and what happens between it and a pod."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.election.messages import Answer, Failure, Found, Request, Verb
from forge_manager.election.record import Lease, LeaseRecord, tenure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.crowd.world import World

_MOST_PAST = 40
_YOUNG_NS = 40_000_000_000


class Server:
    """`index`: 0 for the cluster's own, then the hubs."""

    def __init__(self, world: World, index: int) -> None:
        self.world = world
        self.index = index
        self.name = ("own", "hub A", "hub B")[index]
        self.lease: Lease | None = None
        self.down = False
        self.down_since_ns = 0
        self.watch_silent = False
        self.watchers: dict[Callable[[Lease, bool], None], object] = {}
        self._version = world.random.randrange(1, 60)
        self._uids = 0
        self._created_ns = 0
        self._past: list[tuple[int, Lease | None, int]] = []

    def perform(self, request: Request) -> Answer:
        lease = self.lease
        if request.verb is Verb.READ:
            return Found(lease) if lease else Failure.MISSING
        assert request.record is not None
        if request.verb is Verb.CREATE:
            return Failure.CONFLICT if lease else Found(self.write(request.record))
        assert request.base is not None
        if lease is None:
            return Failure.MISSING
        if (lease.uid, lease.version) != (request.base.uid, request.base.version):
            return Failure.CONFLICT
        return Found(self.write(request.record))

    def write(self, record: LeaseRecord, gone: str = "") -> Lease:
        """Store it. Whoever writes takes a person's word away (kube.lease_codec)."""
        self._keep()
        before = self.lease
        self._version += 1
        if before is None:
            self._uids += 1
            self._created_ns = self.world.now_ns
        uid = before.uid if before else f"{'oab'[self.index]}{self._uids}"
        self.lease = Lease(uid, self._version, record, gone=gone)
        if before is None or before.record.holder != record.holder or gone:
            self.world.log(self._line, self.lease)
        self.publish(self.lease, deleted=False)
        if before is None or tenure_of(before) != tenure_of(self.lease) or not record.holder:
            self.world.noticed()
        return self.lease

    def _line(self, lease: Lease) -> str:
        record = lease.record
        holder = f"{record.holder or 'nobody'} ({record.transitions}, {record.duration_s} s"
        gone = f", gone: {lease.gone}" if lease.gone else ""
        return f"{self.name}: {lease.uid} v{lease.version} {holder}, under {record.under!r}{gone})"

    def delete(self) -> None:
        # One that is deleted within one look of its creation may be created by another, too.
        young = self.world.now_ns - self._created_ns < _YOUNG_NS
        if self.lease is not None and not young:
            self._keep()
            self._version += 1
            gone, self.lease = replace(self.lease, version=self._version), None
            self.world.log(lambda: f"{self.name}: Lease deleted")
            self.publish(gone, deleted=True)

    def _keep(self) -> None:
        self._past.append((self.world.now_ns, self.lease, self._version))
        del self._past[:-_MOST_PAST]

    def fall_back(self, by_ns: int, *, renewals_only: bool) -> None:
        """Lose the last writes; `renewals_only`: no more than those of this holding."""
        limit_ns, before = self.world.now_ns - by_ns, self.lease
        while self._past and self._past[-1][0] > limit_ns:
            _, lease, version = self._past[-1]
            if renewals_only and not _same_holding(lease, before):
                break
            self._past.pop()
            self.lease, self._version = lease, version
        self.world.log(lambda: f"{self.name}: lost its last writes, now v{self._version}")
        if self.lease is not None:
            self.publish(self.lease, deleted=False)
        elif before is not None:
            self.publish(replace(before, version=self._version), deleted=True)

    def publish(self, lease: Lease, *, deleted: bool) -> None:
        if not self.down and not self.watch_silent:
            for watcher in list(self.watchers):
                watcher(lease, deleted)


def _same_holding(lease: Lease | None, before: Lease | None) -> bool:
    if lease is None or before is None:
        return False
    return tenure_of(lease) == tenure_of(before) and lease.record.holder == before.record.holder

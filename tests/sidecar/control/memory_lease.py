"""A Lease in memory that answers as the API server does, from a thread of its own."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from forge_manager.election.messages import Failure, Found, Verb
from forge_manager.election.record import Lease, LeaseRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.election.messages import Answer, Request

_UID = "one"


class MemoryLease:
    """One Lease object, released by its last holder; `out_of_reach` loses every request.

    `forbidden`: the Role does not name it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = 0
        self.lease = self._store(LeaseRecord(release_mark=f"{_UID}/0/before"))
        self.out_of_reach = False
        self.forbidden = False

    def submit(self, request: Request, on_answer: Callable[[Answer], None]) -> None:
        """Answer soon, in another thread."""
        threading.Thread(target=lambda: on_answer(self._perform(request)), daemon=True).start()

    def edit(self, **changes: object) -> Lease:
        """Write as somebody else would, and return what a watch would tell."""
        with self._lock:
            record = replace(self.lease.record, **changes)  # type: ignore[arg-type]
            return self._store(record)

    def _perform(self, request: Request) -> Answer:
        with self._lock:
            if self.out_of_reach:
                return Failure.UNKNOWN
            if self.forbidden:
                return Failure.FORBIDDEN
            if request.verb is Verb.READ:
                return Found(self.lease)
            assert request.record is not None
            if request.base is None or request.base.version != self.lease.version:
                return Failure.CONFLICT
            return Found(self._store(request.record))

    def _store(self, record: LeaseRecord) -> Lease:
        self._version += 1
        self.lease = Lease(uid=_UID, version=self._version, record=record)
        return self.lease

"""The API server: one Lease, watched; slow, lossy, stale, conflicting, unreachable by turns."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forge_manager.base.moment import SECOND
from forge_manager.election.messages import Answer, Failure, Found, Request, Verb
from forge_manager.election.record import Lease, LeaseRecord
from tests.sidecar.simulation.pace import Pace

if TYPE_CHECKING:
    from tests.sidecar.simulation.world import Machine, World

Watcher = Callable[[Lease, bool], None]

_STALE_NS = 2 * SECOND


@dataclass
class Trouble:
    """How bad things are now; probabilities are for each message."""

    down: bool = False
    lost: float = 0.0
    slow: float = 0.0
    error: float = 0.0
    stale: float = 0.0
    watch_silent: bool = False
    not_found: frozenset[str] = frozenset()  # machines whose writes to the Lease meet a false 404


class ApiServer:
    """Holds the truth; everything about it arrives late."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lease: Lease | None = None
        self.trouble = Trouble()
        self.forbidden = False  # the Role does not name it
        self.was_forbidden = False
        self.requests = 0
        self.changes = 0  # writes, deletions and falls
        self.pace = Pace()
        self.written_ns: dict[str, int] = {}  # real time of each holder's last write
        self.counters_fell = 0  # a replica took over under an older certificate
        self._version = 100
        self._uids = 0
        self._number = world.next_server()
        self._watchers: dict[Watcher, tuple[Machine, int]] = {}
        # When it was replaced, what stood there, and the version of the whole.
        self._past: deque[tuple[int, Lease | None, int]] = deque(maxlen=40)

    def is_cut_off(self, machine: Machine) -> bool:
        """Tell whether nothing of this machine gets here, and nothing from here gets there."""
        return machine.cut_off

    # Requests

    def send(self, machine: Machine, request: Request, answer: Callable[[Answer], None]) -> None:
        """Carry a request there and its answer back; either may be lost, neither is repeated."""
        self.requests += 1
        self.pace.sent(machine)
        if self._loses(machine):
            return
        self.world.at(self._delay(), lambda: self._receive(machine, request, answer))

    def _receive(
        self, machine: Machine, request: Request, answer: Callable[[Answer], None]
    ) -> None:
        if self.trouble.down or self.is_cut_off(machine):
            return
        refused = self.world.chance(self.trouble.error)
        done: Answer = Failure.UNKNOWN
        if self.forbidden:
            self.world.at(self._delay(), lambda: answer(Failure.FORBIDDEN))
            return
        if request.verb is Verb.REPLACE and machine.name in self.trouble.not_found:
            done = Failure.MISSING
        elif not refused or self.world.chance(0.5):  # an error comes before the effect, or after
            done = self._perform(request)
        if self._loses(machine):
            return
        result = Failure.UNKNOWN if refused else done
        self.world.at(self._delay(), lambda: None if self.is_cut_off(machine) else answer(result))

    def _perform(self, request: Request) -> Answer:
        lease = self.lease
        if request.verb is Verb.READ:
            if self.world.chance(self.trouble.stale):
                lease = self._stale()
            return Found(lease) if lease else Failure.MISSING
        assert request.record is not None
        if request.verb is Verb.CREATE:
            if lease is not None:
                return Failure.CONFLICT
            return Found(self.write(request.record))
        assert request.base is not None
        if lease is None:
            return Failure.MISSING
        if not self._preconditions_hold(lease, request.base):
            return Failure.CONFLICT
        before, after = lease.record.counter, request.record.counter
        if before is not None and (after is None or after < before):
            self.counters_fell += 1
        return Found(self.write(request.record))

    def _preconditions_hold(self, lease: Lease, base: Lease) -> bool:
        return lease.uid == base.uid and lease.version == base.version

    def _stale(self) -> Lease | None:
        """Return what stood there a moment ago."""
        limit = self.world.real_ns - _STALE_NS
        old = [lease for replaced_ns, lease, _ in self._past if replaced_ns > limit]
        return self.world.random.choice([*old, self.lease])

    def permit(self, permitted: bool) -> None:
        """Have the Role name it, or no longer."""
        self.forbidden = not permitted
        self.was_forbidden |= self.forbidden

    # Writes, those of the replicas and those by hand

    def write(self, record: LeaseRecord) -> Lease:
        self._keep()
        self._version += self.world.random.randint(1, 9)
        if self.lease is None:
            self._uids += 1
        uid = f"uid-{self._number}-{self._uids}"  # no two objects of any two servers share one
        lease = Lease(uid, self._version, record)
        if self.lease is None or record.holder != self.lease.record.holder:
            self.world.log(f"lease holder is now {record.holder or 'nobody'} ({lease.version})")
        self.lease = lease
        self.written_ns[record.holder] = self.world.real_ns
        self._publish(lease, deleted=False)
        return lease

    def delete(self) -> None:
        if self.lease is not None:
            self._keep()
            self._version += 1
            gone, self.lease = replace(self.lease, version=self._version), None
            self.world.log("lease deleted")
            self._publish(gone, deleted=True)

    def past_record(self) -> LeaseRecord | None:
        """Return some record of the last while, as a person's saved copy."""
        past = [lease.record for _, lease, _ in self._past if lease is not None]
        return self.world.random.choice(past) if past else None

    def _keep(self) -> None:
        self.changes += 1
        self._past.append((self.world.real_ns, self.lease, self._version))

    # What is lost: a backup is restored, a replica promoted that lacked the last writes

    def fall_back(self, by_ns: int) -> None:
        """Be as it was so long ago; what is written next has versions that were used before."""
        self.changes += 1
        limit_ns, before = self.world.real_ns - by_ns, self.lease
        while self._past and self._past[-1][0] > limit_ns:
            _, self.lease, self._version = self._past.pop()
        holder = self.lease.record.holder if self.lease else "(no Lease)"
        self.world.log(f"API server lost its last writes: {holder or 'nobody'} ({self._version})")
        self._watches_end(before)

    def fall_back_to(self, holder: str) -> bool:
        """Be as it was when this one held the Lease last; tell whether that is remembered."""
        times = [t for t, lease, _ in self._past if lease and lease.record.holder == holder]
        if times:
            self.fall_back(self.world.real_ns - times[-1] + 1)
        return bool(times)

    def _watches_end(self, before: Lease | None) -> None:
        """Have every watch begin again with what is there now."""
        if self.lease is not None:
            self._publish(self.lease, deleted=False)
        elif before is not None:
            self._publish(replace(before, version=self._version), deleted=True)

    # The watch

    def watch(self, machine: Machine, watcher: Watcher) -> None:
        self._watchers[watcher] = (machine, 0)
        if self.lease is not None:
            self._tell(watcher, self.lease, deleted=False)

    def unwatch(self, watcher: Watcher) -> None:
        self._watchers.pop(watcher, None)

    def catch_up(self) -> None:
        """Let every watch reconnect, after a time in which events were lost."""
        if self.lease is not None:
            self._publish(self.lease, deleted=False)

    def _publish(self, lease: Lease, *, deleted: bool) -> None:
        for watcher in list(self._watchers):
            self._tell(watcher, lease, deleted=deleted)

    def _tell(self, watcher: Watcher, lease: Lease, *, deleted: bool) -> None:
        machine, last_ns = self._watchers[watcher]
        if self.trouble.down or self.trouble.watch_silent or self.is_cut_off(machine):
            return
        due_ns = max(self.world.real_ns + self._delay(), last_ns)  # events keep their order
        self._watchers[watcher] = (machine, due_ns)
        self.world.at(due_ns - self.world.real_ns, lambda: watcher(lease, deleted))

    def _delay(self) -> int:
        if self.world.chance(self.trouble.slow):
            return self.world.ms(100, 6000)
        return self.world.ms(2, 40)

    def _loses(self, machine: Machine) -> bool:
        cut_off = self.is_cut_off(machine)
        return self.trouble.down or cut_off or self.world.chance(self.trouble.lost)

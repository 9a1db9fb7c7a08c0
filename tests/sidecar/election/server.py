"""A Lease on a server that does what it is told, for tests of single rules."""

from dataclasses import replace

from forge_manager.base.moment import SECOND, Moment
from forge_manager.election.bond import HubLease
from forge_manager.election.elector import Elector
from forge_manager.election.messages import (
    Answer,
    Failure,
    Found,
    LeaseIntent,
    LeaseView,
    Request,
    Verb,
)
from forge_manager.election.record import Lease, LeaseRecord, identity_of
from forge_manager.election.terms import Terms
from forge_manager.fence.tenures import NONE_HELD, Tenures

TERMS = Terms(15, 10, 2)
POOL = "pool1test"
BEGIN = 1000 * SECOND
WALL = 1_700_000_000 * SECOND


def at(seconds: float, wall_step_s: float = 0) -> Moment:
    boot = BEGIN + int(seconds * SECOND)
    return Moment(boot, boot + WALL + int(wall_step_s * SECOND))


class Server:
    """Holds one Lease and performs requests at once."""

    def __init__(self, record: LeaseRecord | None = None) -> None:
        self._version = 1
        self.lease = Lease("uid-1", 1, record) if record else None

    def perform(self, request: Request) -> Answer:
        if request.verb is Verb.READ:
            return Found(self.lease) if self.lease else Failure.MISSING
        assert request.record is not None
        if request.verb is Verb.CREATE:
            if self.lease:
                return Failure.CONFLICT
            return Found(self.write(request.record))
        assert request.base is not None
        if self.lease is None:
            return Failure.MISSING
        if (self.lease.uid, self.lease.version) != (request.base.uid, request.base.version):
            return Failure.CONFLICT
        return Found(self.write(request.record))

    def write(self, record: LeaseRecord, uid: str | None = None) -> Lease:
        self._version += 1
        uid = uid or (self.lease.uid if self.lease else f"uid-{self._version}")
        self.lease = Lease(uid, self._version, record)
        return self.lease

    def edit(self, **changes: object) -> Lease:
        assert self.lease is not None
        return self.write(replace(self.lease.record, **changes))  # type: ignore[arg-type]


class Candidate:
    """An elector with what its wiring does."""

    def __init__(
        self,
        server: Server,
        name: str = "bp-0",
        terms: Terms = TERMS,
        *,
        pool_id: str = POOL,
        former: Tenures = NONE_HELD,
        hub: HubLease | None = None,
    ) -> None:
        self.server = server
        self.identity = identity_of(name, f"uid-of-{name}")
        self.elector = Elector(
            identity=self.identity, pool_id=pool_id, terms=terms, former=former, hub=hub
        )
        self.counter: int | None = 1

    def ask(self, seconds: float, intent: LeaseIntent = LeaseIntent.CAMPAIGN) -> Request | None:
        return self.elector.step(at(seconds), intent, counter=self.counter, jitter=0.0)

    def answer(self, seconds: float, request: Request, answer: Answer) -> None:
        self.elector.answered(at(seconds), request.number, answer)

    def turn(self, seconds: float, intent: LeaseIntent = LeaseIntent.CAMPAIGN) -> Verb | None:
        """Step; let the server answer at once."""
        request = self.ask(seconds, intent)
        if request is None:
            return None
        self.answer(seconds, request, self.server.perform(request))
        return request.verb

    def attend(self, until_s: float) -> None:
        """Look now and then from second 0 on, and take nothing."""
        for second in range(0, int(until_s), 6):
            self.turn(second, LeaseIntent.RELEASE)

    def takes_at(self, begin: float, end: float) -> float | None:
        """Return the second at which it writes, looking every tenth of a second."""
        for tenth in range(int(begin * 10), int(end * 10)):
            if self.turn(tenth / 10) in (Verb.REPLACE, Verb.CREATE):
                return tenth / 10
        return None

    def watch(self, seconds: float, *, deleted: bool = False) -> None:
        assert self.server.lease is not None
        self.elector.observed(at(seconds), self.server.lease, deleted=deleted)

    def view(self, seconds: float) -> LeaseView:
        return self.elector.view(at(seconds))

    def holds(self, seconds: float) -> bool:
        proof = self.view(seconds).proof
        return proof is not None and proof.holds(at(seconds))


def held_until(seconds: float, *marks: str) -> Tenures:
    """Return what a manager before held until then."""
    return Tenures(marks, at(seconds).boot_ns, at(seconds).offset_ns)


def leading(server: Server, name: str = "bp-0") -> Candidate:
    """Return a candidate that has held the lease since second 20."""
    candidate = Candidate(server, name)
    candidate.attend(20)
    candidate.turn(20)
    assert candidate.holds(20)
    return candidate

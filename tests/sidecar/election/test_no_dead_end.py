"""Whatever was answered before: once the API is well again, one leads and asks seldom."""

from __future__ import annotations

from enum import Enum
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forge_manager.election.messages import Answer, Failure, Found, Request, Verb
from forge_manager.election.record import Lease, LeaseRecord
from tests.sidecar.election.server import POOL, TERMS, Candidate, Server, leading

STEP_S = 0.1
WELL_S = 6 * TERMS.lease_duration_s
#: Two requests a retry period, and what a takeover and a silence cost.
MOST_IN_A_MINUTE = 2 * 60 // TERMS.retry_period_s + 10


class Trouble(Enum):
    """What becomes of one request, or of the server, in a bad time."""

    NONE = "none"
    MISSING = "a 404 that is not so"
    CONFLICT = "a 409 that is not so"
    LOST = "nothing arrives"
    UNANSWERED = "it is done, and no answer comes"
    STALE = "a read gives what stood there before"
    RESTORED = "the server forgets its last write, then does it"
    DELETED = "somebody deletes the Lease, then it is done"
    EMPTIED = "somebody empties the Lease, then it is done"


class Pool:
    """Two candidates and their server; `watched`: whether events arrive."""

    def __init__(self, *, watched: bool) -> None:
        self.server = Server(LeaseRecord("bp-9_x", 15, 1, 1, 4, POOL, 1))
        self.candidates = [Candidate(self.server, "bp-0"), Candidate(self.server, "bp-1")]
        self.watched = watched
        self.requests: list[float] = []
        self._past: list[Lease | None] = []
        self._shown: Lease | None = None

    def run(self, begin_s: float, seconds: float, troubles: list[Trouble]) -> float:
        """Run so long, each request with the next trouble; returns when it is."""
        ahead = iter(troubles)
        for turn in count():
            now_s = begin_s + turn * STEP_S
            if now_s >= begin_s + seconds:
                return now_s
            for candidate in self.candidates:
                request = candidate.ask(now_s)
                if request is not None:
                    self.requests.append(now_s)
                    answer = self._perform(request, next(ahead, Trouble.NONE))
                    candidate.answer(now_s + 0.01, request, answer)
            self._show(now_s)
        raise AssertionError

    def _perform(self, request: Request, trouble: Trouble) -> Answer:
        server = self.server
        refusals = {
            Trouble.MISSING: Failure.MISSING,
            Trouble.CONFLICT: Failure.CONFLICT,
            Trouble.LOST: Failure.UNKNOWN,
        }
        if trouble in refusals:
            return refusals[trouble]
        if trouble is Trouble.STALE and request.verb is Verb.READ and self._past:
            old = self._past[0]
            return Found(old) if old else Failure.MISSING
        if trouble is Trouble.RESTORED and self._past:
            server.lease = self._past[-1]
        elif trouble is Trouble.DELETED:
            server.lease = None
        elif trouble is Trouble.EMPTIED and server.lease:
            server.write(LeaseRecord())
        before = server.lease
        answer = server.perform(request)
        if server.lease is not before:
            self._past = [*self._past, before][-5:]
        return Failure.UNKNOWN if trouble is Trouble.UNANSWERED else answer

    def _show(self, now_s: float) -> None:
        lease = self.server.lease
        if self.watched and lease is not None and lease is not self._shown:
            self._shown = lease
            for candidate in self.candidates:
                candidate.watch(now_s)


@settings(max_examples=200)
@given(troubles=st.lists(st.sampled_from(Trouble), max_size=30), watched=st.booleans())
@example(troubles=[Trouble.NONE] * 4 + [Trouble.MISSING], watched=True)
@example(troubles=[Trouble.NONE] * 4 + [Trouble.MISSING] * 10, watched=False)
def test_one_leads_in_the_end_and_few_requests_are_made(
    troubles: list[Trouble], watched: bool
) -> None:
    pool = Pool(watched=watched)
    well_s = pool.run(0, 60, troubles)
    end_s = pool.run(well_s, WELL_S, [])
    assert [candidate.holds(end_s) for candidate in pool.candidates].count(True) == 1
    for begin_s in pool.requests:
        within = [at for at in pool.requests if begin_s <= at < begin_s + 60]
        assert len(within) <= len(pool.candidates) * MOST_IN_A_MINUTE


@pytest.mark.parametrize("times", [1, 3])
def test_a_false_404_to_a_renewal_costs_the_leader_nothing(times: int) -> None:
    server = Server(LeaseRecord("bp-1_x", 15, 1, 1, 4, POOL, 1))
    candidate = leading(server)
    refused = 0
    for tenth in range(201, 600):
        request = candidate.ask(tenth / 10)
        if request is None:
            continue
        lie = request.verb is Verb.REPLACE and refused < times
        refused += lie
        answer = Failure.MISSING if lie else server.perform(request)
        candidate.answer(tenth / 10, request, answer)
        assert candidate.holds(tenth / 10)
    assert refused == times


def test_a_lease_that_is_gone_is_given_up_after_one_more_look() -> None:
    server = Server(LeaseRecord("bp-1_x", 15, 1, 1, 4, POOL, 1))
    candidate = leading(server)
    server.lease = None
    asked = [candidate.turn(tenth / 10) for tenth in range(220, 230)]
    assert [verb for verb in asked if verb] == [Verb.REPLACE, Verb.READ]
    assert not candidate.holds(23)

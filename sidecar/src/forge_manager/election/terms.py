"""The times of an election, and how they must relate."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forge_manager.base.moment import SECOND
from forge_manager.election.record import LONGEST_DURATION_S

#: The fence falls this much before the lease ends: a tenth of it, which covers clocks that differ
#: in rate by 4 % between machines (a kernel's CLOCK_BOOTTIME is good to 0.05 %), and at least 1.5 s
#: for the guard's round, a kill, and a process that takes its time to die.
_LEAST_MARGIN_NS = 1_500_000_000
_MARGIN_DIVISOR = 10
#: The same for a long lease, where a tenth would exceed both: a twentieth for the clocks, plus the
#: time of the guard.
_FAILSAFE_MARGIN_DIVISOR = 20

#: From the renew deadline to the fence: time for an orderly switch-off, so that nothing is killed.
_LEAST_OFF_TIME_NS = SECOND

#: The same if a lease is long and ends by an outage of the API server: forging allows itself 3 s to
#: stop in order (forging.context).
_FAILSAFE_OFF_TIME_NS = 3_500_000_000

_LEAST_RETRIES = 2
_REQUEST_DIVISOR = 3
_LONGEST_REQUEST_NS = 5 * SECOND


@dataclass(frozen=True)
class Terms:
    """Times in whole seconds, as in the Lease API.

    A leader renews every `retry_period_s`; if no renewal was acknowledged for `renew_deadline_s` it
    switches off; others may follow if the record has not changed for `lease_duration_s`. `usual`:
    for a lease that is longer than usual (`with_failsafe`), the usual one: the wait for a holder
    that only an unseen change could make dangerous.
    """

    lease_duration_s: int = 15
    renew_deadline_s: int = 10
    retry_period_s: int = 2
    usual: Terms | None = None

    @property
    def duration_ns(self) -> int:
        """The lease, in nanoseconds."""
        return self.lease_duration_s * SECOND

    @property
    def renew_deadline_ns(self) -> int:
        """How long a renewal proves the lease to its holder, from when it was sent."""
        return self.renew_deadline_s * SECOND

    @property
    def retry_ns(self) -> int:
        """From one renewal to the next, and from a failure to the next try."""
        return self.retry_period_s * SECOND

    @property
    def usual_ns(self) -> int | None:
        """The usual lease, if this one is longer."""
        return None if self.usual is None else self.usual.duration_ns

    @property
    def look_ns(self) -> int:
        """After how much silence to look: twice a renewal's time, because renewals are watched."""
        return 2 * self.retry_ns

    @property
    def next_look_ns(self) -> int:
        """From a look that failed at once to the next, at most: the candidate stays attentive.

        Candidates are many, and lose their API server in the same moment. When it starts again, it
        lets their connections wait for some seconds, and then meets them all.
        """
        return self.retry_ns // 2 + self.request_ns

    @property
    def attention_ns(self) -> int:
        """After how much silence a candidate waits in full: one look may fail before that.

        If a full wait takes minutes, a server that is unreachable for some seconds now and then
        must not restart it each time.
        """
        least_ns = self.look_ns + self.retry_ns + self.request_ns
        return least_ns if self.usual_ns is None else max(least_ns, 2 * self.usual_ns)

    @property
    def margin_ns(self) -> int:
        """How long before the lease expires the fence falls."""
        if self.usual is not None:
            return self.duration_ns // _FAILSAFE_MARGIN_DIVISOR + _LEAST_MARGIN_NS
        return max(_LEAST_MARGIN_NS, self.duration_ns // _MARGIN_DIVISOR)

    @property
    def request_ns(self) -> int:
        """The total time of one request, all retries of lower layers included."""
        return min(self.renew_deadline_ns // _REQUEST_DIVISOR, _LONGEST_REQUEST_NS)

    def problems(self) -> list[str]:
        """Say what is wrong with these times, in sentences; empty when they fit together."""
        found = []
        if not 1 <= self.lease_duration_s <= LONGEST_DURATION_S:
            found.append(
                f"leaseDuration is {self.lease_duration_s} s; choose 1 to {LONGEST_DURATION_S}"
            )
        if self.retry_period_s < 1:
            found.append(f"retryPeriod is {self.retry_period_s} s; choose at least 1")
        if self.renew_deadline_s < _LEAST_RETRIES * self.retry_period_s:
            found.append(
                f"renewDeadline is {self.renew_deadline_s} s; one lost renewal must not cost the "
                f"lease: choose at least {_LEAST_RETRIES} x retryPeriod ({self.retry_period_s} s)"
            )
        spare = self.duration_ns - self.margin_ns - self.renew_deadline_ns
        if spare < _LEAST_OFF_TIME_NS:
            least = self.renew_deadline_ns + self.margin_ns + _LEAST_OFF_TIME_NS
            found.append(
                f"leaseDuration is {self.lease_duration_s} s; after renewDeadline "
                f"({self.renew_deadline_s} s) the node needs time to switch off before the fence: "
                f"choose more than {least / SECOND:g} s, or a shorter renewDeadline"
            )
        return found


def terms_for(lease_duration_s: int) -> Terms:
    """Return the times that go with a lease of this length: 10 and 2 seconds with one of 15."""
    probe = Terms(lease_duration_s)
    longest = (probe.duration_ns - probe.margin_ns - _LEAST_OFF_TIME_NS) // SECOND
    renew_deadline_s = max(1, min(lease_duration_s * 2 // 3, longest))
    retry_period_s = max(1, min(probe.retry_period_s, renew_deadline_s // _LEAST_RETRIES))
    return Terms(lease_duration_s, renew_deadline_s, retry_period_s)


def with_failsafe(terms: Terms, failsafe_s: int) -> Terms:
    """Return the times of a replica that continues while the API server is unreachable.

    The lease lasts `failsafe_s` longer, and is proven for nearly all of it: for an only replica,
    which only its own successor can follow; for several, while they hold a hub's Lease beside it
    (`Elector`). A pod that releases the lease says so, and is followed as before.
    """
    if not failsafe_s:
        return terms
    long = replace(terms, lease_duration_s=terms.lease_duration_s + failsafe_s, usual=terms)
    proven_ns = long.duration_ns - long.margin_ns - _FAILSAFE_OFF_TIME_NS
    return replace(long, renew_deadline_s=max(terms.renew_deadline_s, proven_ns // SECOND))

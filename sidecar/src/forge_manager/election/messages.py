"""The requests to the API server and its answers, and what an elector says about its lease."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from forge_manager.fence.tenures import NONE_HELD, Tenures

if TYPE_CHECKING:
    from forge_manager.base.moment import Moment
    from forge_manager.election.record import Lease, LeaseRecord
    from forge_manager.election.terms import Terms


class LeaseIntent(Enum):
    """What the elector must do with its lease; given in every step."""

    CAMPAIGN = "campaign"  # take it when that is allowed, and renew it
    KEEP = "keep"  # renew it while held, never take it
    RELEASE = "release"  # this pod's node is off: let go of what names this pod


#: Before such a code, where it is about the hub's Lease.
HUB = "Hub"


class ElectionReason(StrEnum):
    """Why a lease is not held, or why it was given up; stable codes."""

    LEASE_NOT_SEEN = "LeaseNotSeen"
    LEASE_HELD = "LeaseHeld"
    LEASE_MISSING = "LeaseMissing"
    LEASE_REPLACED = "LeaseReplaced"
    FOREIGN_WRITE = "ForeignWrite"
    LEASE_FELL_BACK = "LeaseFellBack"
    RENEW_DEADLINE_PASSED = "RenewDeadlinePassed"
    LEASE_RELEASED = "LeaseReleased"
    LEASE_BELONGS_TO_ANOTHER_POOL = "LeaseBelongsToAnotherPool"
    COUNTER_BEHIND = "CounterBehind"


class Verb(Enum):
    """The three requests that an elector makes."""

    READ = "read"
    CREATE = "create"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: to be sent once, without hidden retries, and given up after `within_ns`.

    `record`: what to write (CREATE, REPLACE). `base`: the Lease it replaces; its uid and
    resourceVersion go with it as preconditions, its labels and other annotations unchanged.
    Whatever happens, `Elector.answered` is called once for it.
    """

    number: int
    verb: Verb
    within_ns: int
    record: LeaseRecord | None = None
    base: Lease | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """200 or 201: the Lease, as read or as written."""

    lease: Lease


class Failure(Enum):
    """Every other outcome."""

    MISSING = "missing"  # 404
    CONFLICT = "conflict"  # 409: another resourceVersion or uid, or it exists already
    FORBIDDEN = "forbidden"  # 403: this account may not do that
    UNKNOWN = "unknown"  # no answer in time, 5xx, refused: it may have happened or not


Answer = Found | Failure


@dataclass(frozen=True, slots=True)
class Proof:
    """An acknowledged write of this process. `sent`: read before the request left."""

    sent: Moment
    terms: Terms
    tenure: str

    def holds(self, now: Moment) -> bool:
        """Tell whether this is still enough to forge on."""
        return now.since(self.sent) < self.terms.renew_deadline_ns

    @property
    def lease_uid(self) -> str:
        """The uid of the Lease (record.tenure_of)."""
        return self.tenure.partition("/")[0]

    @property
    def usual(self) -> Proof:
        """What the same write proves by the usual terms, if its own are longer."""
        return replace(self, terms=self.terms.usual or self.terms)

    @property
    def forge_until_ns(self) -> int:
        """CLOCK_BOOTTIME at which the node must no longer forge, whatever happened."""
        return self.sent.boot_ns + self.terms.duration_ns - self.terms.margin_ns


@dataclass(frozen=True, slots=True)
class LeaseView:
    """What is known of one lease.

    `proof`: the last one, None once it is given up; ask `Proof.holds`.
    `ours`: the Lease names this pod, or soon may: it is not handed over yet.
    `obstacle`: why it cannot be taken now, None when it can. `lost`: why it was last given up.
    `counter`: the highest certificate counter that the Lease records, None for none.
    `tenures`: what this pod holds and was not seen to end, for its next manager.
    `changed_ns`: CLOCK_BOOTTIME when the record was last seen to change, None before that.
    `asks_at_ns`: CLOCK_BOOTTIME before which no time that passes has anything asked of the API
    server; news may, and an answer that is awaited is news.
    `passed_to`: the group it was passed to when it was released, "" for none in particular.
    `silent`: nothing was heard of it for so long that it could not be taken at once.
    `waived`: nothing has contradicted the last proof, and the settings accept that.
    `shared`: with other clusters (Elector.shared).
    """

    proof: Proof | None
    ours: bool
    holder: str
    obstacle: ElectionReason | None
    lost: ElectionReason
    counter: int | None = None
    tenures: Tenures = NONE_HELD
    changed_ns: int | None = None
    asks_at_ns: int = 0
    passed_to: str = ""
    silent: bool = False
    waived: bool = False
    shared: bool = False

    def proven(self, now: Moment) -> bool:
        """Tell whether it is held by an acknowledged write that is fresh enough."""
        return self.proof is not None and self.proof.holds(now)

    @property
    def loss(self) -> str:
        """The code of why it was last given up."""
        return f"{HUB}{self.lost}" if self.shared else self.lost.value

    def suffices(self, now: Moment) -> bool:
        """Tell whether the node may forge as far as this lease is concerned."""
        return self.waived or self.proven(now)

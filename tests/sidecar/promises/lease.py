"""The Lease of the model: what a holder writes, and what the API server adds to it.

Numbers stand for names: pods, objects, stamps. Times are seconds.
"""

from __future__ import annotations

from typing import NamedTuple

#: Old versions honour no longer leaseDuration than this.
LONGEST = 3600.0

NOBODY = 0

#: Names one holding: the object, its number, the stamp of its acquisition.
Tenure = tuple[int, int, int]


class Block(NamedTuple):
    """What an armed Lease says beyond today's: that its leader may forge on by promises."""

    tenure: Tenure
    usual: float  # L
    more: float  # F
    members: frozenset[int]  # pods by their uid, the holder included


class Record(NamedTuple):
    """What the holder writes. `mark`: the holding that was let go of, and by whom."""

    holder: int = NOBODY
    duration: float = 0.0
    acquired: int = 0
    renewed: int = 0
    transitions: int = 0
    block: Block | None = None
    mark: tuple[Tenure, int] | None = None


class Lease(NamedTuple):
    """As the API server shows it. `gone`: which holding a person calls dead (holder, number)."""

    uid: int
    version: int
    record: Record
    gone: tuple[int, int] | None = None


NO_RECORD = Record()


def tenure_of(lease: Lease) -> Tenure:
    return (lease.uid, lease.record.transitions, lease.record.acquired)


def block_of(lease: Lease, *, of_any_tenure: bool = False) -> Block | None:
    """Return the armed block, where it is about this very holding."""
    block = lease.record.block
    if block is None or lease.record.holder == NOBODY:
        return None
    return block if of_any_tenure or block.tenure == tenure_of(lease) else None


def is_same(one: Lease, other: Lease) -> bool:
    return one.uid == other.uid and one.record == other.record


def is_release_of(lease: Lease, before: Lease) -> bool:
    return (
        lease.record.holder == NOBODY
        and tenure_of(lease) == tenure_of(before)
        and lease.record.mark == (tenure_of(before), before.record.holder)
    )


def is_a_release(lease: Lease) -> bool:
    mark = lease.record.mark
    return lease.record.holder == NOBODY and mark is not None and mark[0] == tenure_of(lease)


def is_marked_gone(lease: Lease) -> bool:
    record = lease.record
    return record.holder != NOBODY and lease.gone == (record.holder, record.transitions)

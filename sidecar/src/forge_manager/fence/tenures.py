"""What a pod holds, in the form in which one manager leaves it to the next.

Named tuple, because the guard has no memory to spare for what `dataclasses` imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forge_manager.base.moment import Moment


class Tenures(NamedTuple):
    """Holdings that were not seen to end, and until when no other pod can have held the lease.

    `marks`: the mark of each (election.record.tenure_of). `until_ns`: CLOCK_BOOTTIME; one lease
    after the last acknowledged write, less the margin. An API server that lost its last writes can
    show a pod's own record long after another has led. `offset_ns`: wall clock minus boot time when
    that write was sent, to detect a pause that the boot time did not count (Moment.since).
    """

    marks: tuple[str, ...] = ()
    until_ns: int = 0
    offset_ns: int = 0

    def over(self, now: Moment) -> bool:
        """Tell whether another may have held the lease since, by the clock that is ahead."""
        return now.boot_ns >= self.until_ns - now.ahead_of(self.offset_ns)


NONE_HELD = Tenures()


def joined(each: Iterable[Tenures]) -> Tenures:
    """Return those of several leases as one, over as soon as the first of them is."""
    held = [one for one in each if one.marks]
    if not held:
        return NONE_HELD
    marks = tuple(dict.fromkeys(mark for one in held for mark in one.marks))
    return Tenures(marks, min(one.until_ns for one in held), min(one.offset_ns for one in held))

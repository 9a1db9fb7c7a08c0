"""How a cluster's own Lease is held beside a hub's, which excludes all pods that use it.

While a pod holds the hub's Lease, no other pod that uses this Lease forges, whichever pod holds the
cluster's own. So the own Lease need only keep away pods that do not use it: those without a hub, or
with another, as a change of the values makes them. For them it lasts longer, and its record names
the hub's Lease under which its holder forges. Its holder may then continue while its own API server
is unreachable; and a pod that uses the same hub may follow it early, to forge under that hub alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from forge_manager.base.moment import Moment


class HubLease(Protocol):
    """What an elector of the hub's Lease says of it (Elector)."""

    @property
    def uid(self) -> str:
        """The uid of the Lease as last seen, "" for none."""

    @property
    def until_ns(self) -> int:
        """CLOCK_BOOTTIME until which the last proof lets the node forge, lost or not."""

    def held_uid(self, now: Moment) -> str:
        """Return the uid of the Lease that this pod holds by a fresh enough proof, or ""."""


class Counts(Enum):
    """What an acknowledged write of the own Lease proves."""

    LONGER = "longer"
    USUAL = "usual"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Bond:
    """How one pod stands to the hub's Lease at a moment. `uid`: the one it uses, or ""."""

    uid: str
    counts: Counts


UNBOUND = Bond("", Counts.LONGER)


def bond_of(hub: HubLease | None, now: Moment, named: AbstractSet[str]) -> Bond:
    """Return how a pod stands to the hub: the longer lease counts while it holds that Lease.

    It must be the one that its record names (`named`: uids, or "" for none), in the acknowledged
    write and in each that may have landed since: only from these do others know whom they may
    follow early. Without a hub there is no one else to follow.
    """
    if hub is None:
        return UNBOUND
    held = hub.held_uid(now)
    if held and named == {held}:
        return Bond(hub.uid, Counts.LONGER)
    return Bond(hub.uid, Counts.USUAL if not held or named <= {held, ""} else Counts.NOTHING)

"""Kinds of faults that break something today: off unless a history is told to have them.

Each has the seed of a history that shows what breaks. Whoever mends it takes
its line away; a test fails as long as a line is there that breaks nothing any more.
"""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """`shows`: part of the error's first line. `clusters`: it takes several of them and a hub.

    `beside`: another kind that it takes to show it.
    """

    cause: str
    seed: int
    shows: str
    clusters: bool = False
    beside: tuple[str, ...] = ()

    def kinds(self, name: str) -> list[str]:
        """Return the kinds of the history that shows it, by name."""
        return sorted((name, *self.beside))


_LOST_WRITES = "an API server that lost its last writes is believed"
_EXPIRED = "times of certificates decide nothing"
_NO_HUB = "a replica that cannot reach the hub keeps its cluster's Lease"

BROKEN = {
    "rename-lease": Broken("two Leases exclude nobody", 1, "both may forge"),
    "api-fall-back": Broken(_LOST_WRITES, 3, "both may forge"),
    "api-fall-back-to-former-leader": Broken(_LOST_WRITES, 4, "both may forge"),
    "hub-fall-back": Broken(
        _LOST_WRITES, 3, "both may forge", clusters=True, beside=("hub-cut-off-cluster",)
    ),
    "hub-fall-back-to-former-leader": Broken(_LOST_WRITES, 35, "both may forge", clusters=True),
    "hub-cut-off-machine": Broken(_NO_HUB, 2, "west forges, not east", clusters=True),
    "keys-expire": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-4-50 forges"),
    "keys-not-yet-valid": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-5-0 forges"),
    "cluster-keys-expire": Broken(_EXPIRED, 2, "nobody forges", clusters=True),
}

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
_FULL = "a lease is released while the fence before cannot be taken back"
_NO_HUB = "a replica that cannot reach the hub keeps its cluster's Lease"
_HANGS = "a read that hangs stops control"

BROKEN = {
    "reads-hang": Broken(_HANGS, 3, "is killed though nothing is wrong with its pod"),
    "rename-lease": Broken("two Leases exclude nobody", 1, "both may forge"),
    "api-fall-back": Broken(_LOST_WRITES, 3, "both may forge"),
    "api-fall-back-to-former-leader": Broken(_LOST_WRITES, 4, "both may forge"),
    "hub-fall-back": Broken(
        _LOST_WRITES, 3, "both may forge", clusters=True, beside=("hub-cut-off-cluster",)
    ),
    "hub-fall-back-to-former-leader": Broken(_LOST_WRITES, 35, "both may forge", clusters=True),
    "hub-cut-off-machine": Broken(_NO_HUB, 2, "west forges, not east", clusters=True),
    "publish-fence-fails": Broken(_FULL, 40, "both may forge"),
    "state-volume-full": Broken(_FULL, 40, "both may forge"),
}

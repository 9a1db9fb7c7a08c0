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


_EXPIRED = "times of certificates decide nothing"

BROKEN = {
    "keys-expire": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-4-50 forges"),
    "keys-not-yet-valid": Broken(_EXPIRED, 1, "liveness: bp-0/node-11 with set-5-0 forges"),
    "cluster-keys-expire": Broken(_EXPIRED, 2, "nobody forges", clusters=True),
}

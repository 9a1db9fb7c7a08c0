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


BROKEN: dict[str, Broken] = {}

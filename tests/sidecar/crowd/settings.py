"""What a pod's values say of its Leases, and the kinds that meet in a roll-out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forge_manager.election.elector import Elector
from forge_manager.election.record import LeaseRecord
from forge_manager.election.terms import Terms, with_failsafe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from forge_manager.base.moment import Moment

HUB_A, HUB_B = 1, 2  # indices of servers; 0 is the cluster's own


@dataclass(frozen=True, slots=True)
class Settings:
    """`hub`: by which the pod goes, 0 for none. `late`: its kubeconfig is not there yet.

    `alone`: hub.goOnAlone. `old`: of a version that knows no hub beside the own Lease. `elsewhere`:
    a pod of another cluster, which the hub alone excludes.
    """

    name: str
    terms: Terms
    hub_terms: Terms
    hub: int = 0
    late: bool = False
    alone: bool = False
    old: bool = False
    elsewhere: bool = False

    @property
    def bound(self) -> bool:
        """Whether the own Lease is held beside the hub's (wiring.control_start)."""
        return bool(self.hub) and self.terms.usual is not None and not (self.alone or self.old)


class OldElector(Elector):
    """Of an older version: the annotation is a foreign one, carried along from write to write."""

    def _renewal(self, now: Moment, record: LeaseRecord, bond: Any) -> LeaseRecord:
        carried = self._knowledge.record.under
        return replace(super()._renewal(now, record, bond), under=carried)

    def _acquisition(self, now: Moment, bond: Any) -> LeaseRecord:
        carried = self._knowledge.record.under
        return replace(super()._acquisition(now, bond), under=carried)


def kinds(usual: Terms, hub_terms: Terms, longer: Sequence[int]) -> dict[str, list[Settings]]:
    """Return every kind of settings, each with the lengths of the longer lease that are mixed."""

    def each(name: str, **changes: Any) -> list[Settings]:
        return [
            Settings(f"{name}+{by}", with_failsafe(usual, by), hub_terms, **changes)
            for by in longer
        ]

    def plain(name: str, **changes: Any) -> list[Settings]:
        return [Settings(name, usual, hub_terms, **changes)]

    return {
        "several": plain("several"),
        "only": each("only"),
        "hub A": each("hub A", hub=HUB_A),
        "hub B": each("hub B", hub=HUB_B),
        "hub A, late": each("hub A, late", hub=HUB_A, late=True),
        "alone": [
            *plain("hub A or alone", hub=HUB_A, alone=True),
            *each("hub B or alone", hub=HUB_B, alone=True),
        ],
        "old": plain("old", old=True),
        "old, hub A": plain("old, hub A", old=True, hub=HUB_A),
    }


_WEIGHTS = {
    "several": 3,
    "only": 2,
    "hub A": 8,
    "hub B": 3,
    "hub A, late": 1,
    "alone": 1,
    "old": 1,
    "old, hub A": 0.5,
}


class Mixture:
    """Which settings the pods of one history have. `uniform`: all the same."""

    def __init__(self, random: Random, *, uniform: bool) -> None:
        self._random = random
        short = random.random() < 0.93
        usual = Terms(6, 3, 1) if short else Terms()
        self.hub_terms = Terms(6, 3, 1) if random.random() < 0.7 else Terms()
        longer = random.choice(((8,), (20,), (8, 20), (8, 60), (8, 60))) if short else (300,)
        self.all = kinds(usual, self.hub_terms, longer)
        self.longest_ns = (usual.lease_duration_s + max(longer)) * 1_000_000_000
        self.usual = usual
        names = list(self.all)
        if uniform:
            names = [random.choice(("several", "only", "hub A"))]
        elif random.random() < 0.6:
            names = [name for name in names if name == "hub A" or random.random() < 0.4]
        self._names = names
        self._one = random.choice(self.all[names[0]]) if uniform else None

    def choose(self, *names: str) -> Settings:
        """Return one of these kinds, or of any that this history has."""
        if self._one is not None:
            return self._one
        some = names or tuple(
            self._random.choices(self._names, [_WEIGHTS[name] for name in self._names])
        )
        return self._random.choice(self.all[self._random.choice(some)])

    def elsewhere(self) -> Settings:
        return replace(self.all["hub A"][0], name="elsewhere", elsewhere=True)

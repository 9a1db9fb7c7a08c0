"""What happens in a run, and in which order: a pure function of its seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Of the steps whose faults allow it, so many have two at once.
_TWO_AT_ONCE = 0.6
_ON_THE_LEADER = 0.7
_MOST_REPLICAS = 4
_LONGEST_LEAD_S = 8.0


@dataclass(frozen=True)
class Shape:
    """What a plan needs to know of a kind of faults."""

    #: How long it lasts, in seconds, at least and at most; (0, 0) for what happens at once.
    lasts_s: tuple[float, float]
    #: It never happens while another lasts.
    alone: bool = False
    #: Of which one is drawn.
    variants: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Draw:
    """One fault: what chance decides of it."""

    kind: str
    #: 0 for the leader, else the number of another replica.
    target: int
    lasts_s: float
    variant: str

    def __str__(self) -> str:
        whom = "leader" if self.target == 0 else f"replica {self.target}"
        lasts = f" for {self.lasts_s:.0f} s" if self.lasts_s else ""
        return f"{self.kind}{lasts} ({', '.join(filter(None, (whom, self.variant)))})"


@dataclass(frozen=True)
class Step:
    """One fault, or two of which the second begins while the first lasts."""

    first: Draw
    second: Draw | None = None
    #: Seconds from the beginning of the first to that of the second.
    lead_s: float = 0.0
    #: The first ends before the second.
    crossed: bool = False

    @property
    def draws(self) -> tuple[Draw, ...]:
        """Its faults, in the order in which they begin."""
        return (self.first,) if self.second is None else (self.first, self.second)

    def __str__(self) -> str:
        if self.second is None:
            return str(self.first)
        ends = "ends first" if self.crossed else "ends last"
        return f"{self.first}, which {ends}; after {self.lead_s:.1f} s {self.second}"


def plan(seed: int, shapes: Mapping[str, Shape]) -> Iterator[Step]:
    """Yield steps without end; every kind happens before any happens once more."""
    chance = Random(seed)
    while True:
        names = sorted(shapes)
        chance.shuffle(names)
        while names:
            first = _draw(chance, names.pop(), shapes)
            fits = next((name for name in names if not shapes[name].alone), None)
            two = chance.random() < _TWO_AT_ONCE
            if fits is None or not two or shapes[first.kind].alone:
                yield Step(first)
                continue
            names.remove(fits)
            yield Step(
                first,
                _draw(chance, fits, shapes),
                lead_s=chance.uniform(0, _LONGEST_LEAD_S),
                crossed=chance.random() < 1 / 2,
            )


def _draw(chance: Random, name: str, shapes: Mapping[str, Shape]) -> Draw:
    leads = chance.random() < _ON_THE_LEADER
    target = 0 if leads else chance.randrange(1, _MOST_REPLICAS)
    variant = chance.choice(shapes[name].variants)
    return Draw(name, target, chance.uniform(*shapes[name].lasts_s), variant)

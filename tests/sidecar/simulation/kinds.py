"""Kinds of faults by name, and the choice of those that a history has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault. `weight`: how often it has its turn; 0: it waits for an occasion instead.

    `part`: whose method `act` is.
    """

    name: str
    weight: float
    part: type
    act: Callable[[Any], None]

    @property
    def line(self) -> str:
        """What it does, in one line."""
        return (self.act.__doc__ or "").strip().partition("\n")[0]


def kinds_of(part: type, prefix: str = "", /, **weights: float) -> tuple[Kind, ...]:
    """Return these methods of a part as kinds; `stop_node` is named stop-node."""
    return tuple(
        Kind(prefix + method.replace("_", "-"), weight, part, getattr(part, method))
        for method, weight in weights.items()
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The names of the kinds that a history has. `options`: how a command says the same."""

    names: frozenset[str]
    options: str = ""


def choose(
    lines: Mapping[str, str],
    off: Iterable[str],
    *,
    only: Iterable[str] = (),
    with_: Iterable[str] = (),
    without: Iterable[str] = (),
) -> Choice:
    """Choose among the names of `lines`: all but those that are `off` unless told otherwise.

    Raises ValueError for a name that is none.
    """
    only, with_, without = sorted(only), sorted(with_), sorted(without)
    unknown = sorted({*only, *with_, *without} - {*lines})
    if unknown:
        raise ValueError(f"no kind of fault is named {', '.join(unknown)}; --faults lists them")
    first = set(only) if only else {*lines} - {*off}
    given = (("--only", only), ("--with", with_), ("--without", without))
    options = " ".join(f"{option} {','.join(names)}" for option, names in given if names)
    return Choice(frozenset((first | set(with_)) - set(without)), options)

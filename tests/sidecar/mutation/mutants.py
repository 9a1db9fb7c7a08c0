"""What can be broken in a file, and the file with that broken."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.sidecar.mutation.operators import Enumerations, broken
from tests.sidecar.mutation.places import Place, places

_LONGEST_TEXT = 140
_REMOVED = "(removed)"


@dataclass(frozen=True, order=True)
class Key:
    """Which mutant it is, whatever line it is on: `nth` of those that read alike in one function.

    `before` and `after` are the smallest piece of the program that says something, as
    `ast.unparse` writes it.
    """

    file: str
    within: str
    before: str
    after: str
    nth: int


@dataclass(frozen=True, order=True)
class Mutant:
    """One place of one file, and what stands there instead. `line` is the original's."""

    key: Key
    line: int

    def __str__(self) -> str:
        key = self.key
        return f"{key.file}:{self.line} {key.within or '-'}: {key.before}  ->  {key.after}"


def mutants_of(root: Path, files: Iterable[str]) -> list[Mutant]:
    """Return every mutant of these files under `root`, in the order of the text."""
    known = enumerations(root)
    return [
        mutant
        for file in sorted(files)
        for mutant, _ in _each(file, (root / file).read_text(), known)
    ]


def sample(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return `count` of them chosen by the seed, in their order.

    Each has a lot of its own, drawn from what it reads like: when some come and go, the others
    stay in the sample, and what was recorded of them is of use.
    """
    return sorted(sorted(mutants, key=lambda mutant: _lot(mutant.key, seed))[:count])


def _lot(key: Key, seed: int) -> bytes:
    return hashlib.sha256(repr((seed, key)).encode()).digest()


def source_of(root: Path, key: Key) -> str:
    """Return the whole text of the file, broken. Raises KeyError when there is no such mutant."""
    text = (root / key.file).read_text()
    for mutant, tree in _each(key.file, text, enumerations(root)):
        if mutant.key == key:
            return f"{ast.unparse(ast.fix_missing_locations(tree))}\n"
    raise KeyError(key)


def enumerations(root: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the members of each enumeration under `root`, by module and name."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.dump(b) for b in node.bases):
                names = [each.targets[0] for each in node.body if isinstance(each, ast.Assign)]
                members = tuple(name.id for name in names if isinstance(name, ast.Name))
                found[module, node.name] = members
    return found


def _each(
    file: str, text: str, known: Mapping[tuple[str, str], tuple[str, ...]]
) -> Iterator[tuple[Mutant, ast.Module]]:
    """Yield each mutant with the tree, which is broken only until the next one is asked for."""
    tree = ast.parse(text)
    here = _named(tree, file, known)
    seen: Counter[Key] = Counter()
    for place in list(places(tree)):
        shown = _shown(place)
        before = ast.unparse(shown)
        ways = broken(place.node, place.above[0], here, entry=place.entry, truth=place.truth)
        for other in list(ways):
            with place.held_by(other):
                after = _after(place, other, shown)
                if after == before:
                    continue
                alike = Key(file, place.within, before, after, 0)
                key = replace(alike, nth=seen[alike])
                seen[alike] += 1
                yield Mutant(key, getattr(place.node, "lineno", 0)), tree


def _after(place: Place, other: ast.AST | None, shown: ast.AST) -> str:
    if isinstance(other, ast.Pass):
        return _REMOVED
    if shown is not place.node:
        return ast.unparse(shown)
    return _REMOVED if other is None else ast.unparse(other)


def _shown(place: Place) -> ast.AST:
    """Return the widest node around the place that is still a line to read."""
    shown = place.node
    for node in place.above:
        whole = isinstance(shown, ast.stmt)
        if whole or hasattr(node, "body") or isinstance(node, ast.arguments | ast.withitem):
            break
        text = ast.unparse(node)
        if len(text) > _LONGEST_TEXT or "\n" in text:
            break
        shown = node
    return shown


def _named(
    tree: ast.Module, file: str, known: Mapping[tuple[str, str], tuple[str, ...]]
) -> Enumerations:
    """Return the enumerations that a module has, by the names that they have in it."""
    module = ".".join(Path(file).with_suffix("").parts)
    here = {name: members for (home, name), members in known.items() if home == module}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                members = known.get((node.module or "", alias.name))
                if members:
                    here[alias.asname or alias.name] = members
    return here

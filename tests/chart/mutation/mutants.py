"""What can be broken in a template: each line that renders something, in one of a few ways."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMMENT = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
# Without a line that closes a block the template does not parse, which any test notices.
_STRUCTURE = re.compile(r"^\s*\{\{-?\s*(end|define|else)\b[^}]*\}\}\s*$")
_OPENS = re.compile(r"\{\{-?\s*(if|with|range|define|else)\b")
_SWAPS = {
    "true": "false",
    "and": "or",
    "or": "and",
    "eq": "ne",
    "ne": "eq",
    "gt": "lt",
    "ge": "lt",
}


@dataclass(frozen=True)
class Mutant:
    """One line of one template, and what stands there instead (None: nothing)."""

    path: Path
    line: int
    before: str
    after: str | None

    def apply(self, chart: Path, original: Path) -> None:
        """Break the line in a copy of the chart."""
        target = chart / self.path.relative_to(original)
        lines = target.read_text().splitlines()
        lines[self.line : self.line + 1] = [] if self.after is None else [self.after]
        target.write_text("\n".join(lines) + "\n")

    def __str__(self) -> str:
        after = "(removed)" if self.after is None else self.after.strip()
        return f"{self.path.name}:{self.line + 1}: {self.before.strip()}  ->  {after}"


def sample(templates: Path, count: int, seed: int) -> list[Mutant]:
    """Return `count` mutants chosen by the seed, no two of one line, in the order of the files."""
    generator = random.Random(seed)
    lines = [place for path in sorted(templates.rglob("*.*")) for place in _lines(path)]
    chosen = generator.sample(lines, min(count, len(lines)))
    found = [_mutant(path, number, text, generator) for path, number, text in chosen]
    return sorted(found, key=lambda mutant: (mutant.path, mutant.line))


def _lines(path: Path) -> Iterator[tuple[Path, int, str]]:
    text = path.read_text()
    blank = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for number, line in enumerate(blank.splitlines()):
        comment = line.lstrip().startswith("#")
        if line.strip() and not comment and not _STRUCTURE.match(line):
            yield path, number, text.splitlines()[number]


def _mutant(path: Path, number: int, text: str, generator: random.Random) -> Mutant:
    ways: list[str | None] = [*_changed_words(text)]
    if not _OPENS.search(text) or text.count("end") >= 1:
        ways.append(None)
    return Mutant(path, number, text, generator.choice(ways))


def _changed_words(text: str) -> list[str | None]:
    """Return the line with one word changed, for each word that can be; else its removal."""
    found: list[str | None] = []
    for match in re.finditer(r"[A-Za-z][A-Za-z0-9_]{2,}|\b(?:or|eq|ne|gt|ge)\b|\b[0-9]+\b", text):
        word = match[0]
        if word in {"include", "define", "range", "with", "end", "else", "nindent", "toYaml"}:
            continue
        changed = str(int(word) + 1) if word.isdigit() else _SWAPS.get(word, f"{word}x")
        if word not in _SWAPS and _is_function(text, match.start()):
            continue
        found.append(text[: match.start()] + changed + text[match.end() :])
    return found or [None]


def _is_function(text: str, start: int) -> bool:
    """Say whether a word in braces is a template function: another name would not even parse."""
    inside = text.rfind("{{", 0, start) > text.rfind("}}", 0, start)
    quoted = text[:start].count('"') % 2 == 1
    return inside and not quoted and text[start - 1] not in ".$"

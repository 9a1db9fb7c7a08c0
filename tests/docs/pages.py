"""The Markdown pages of the repository, read in the parts that can be wrong."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from devkit.paths import REPOSITORY

_HEADING = re.compile(r"^#+ +(.+?) *$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_MARK = re.compile(r"^<!-- (tested|needs): (.+) -->$")
_INDENT = "    "
_RULE = re.compile(r"^\|[-|: ]+\|$")


@dataclass(frozen=True)
class Mark:
    """What a page says of the commands that follow, to the next heading or mark.

    `<!-- tested: FILE::TEST -->`: that test runs them.
    `<!-- needs: WHAT -->`: they need something that is neither on this machine nor on the cluster.
    """

    kind: str
    said: str


@dataclass(frozen=True)
class Block:
    """Lines of code without a blank one between them."""

    page: Page
    line: int
    lines: tuple[str, ...]
    mark: Mark | None

    @property
    def where(self) -> str:
        """Page and line, as an editor opens them."""
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(REPOSITORY))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines that are no code, numbered."""
        return [(n, line) for n, line, is_code in self._lines() if not is_code]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link to this page may name after its #, as GitHub makes it from headings."""
        seen: Counter[str] = Counter()
        found = set()
        for _, line in self.prose:
            if heading := _HEADING.match(line):
                said = re.sub(r"[^\w\- ]", "", heading[1].replace("`", "").lower())
                slug = said.replace(" ", "-")
                found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
                seen[slug] += 1
        return found

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        return [(n, link) for n, line in self.prose for link in _LINK.findall(_CODE.sub("", line))]

    @cached_property
    def inline_code(self) -> list[tuple[int, str]]:
        return [(n, code) for n, line in self.prose for code in _CODE.findall(line)]

    @cached_property
    def tables(self) -> list[list[list[str]]]:
        """The tables, each with its heading first: rows of cells, without the line under it."""
        found: list[list[list[str]]] = []
        last = 0
        for number, line in self.prose:
            if line.startswith("|"):
                if number != last + 1:
                    found.append([])
                if not _RULE.match(line):
                    found[-1].append([cell.strip() for cell in _cells(line)])
                last = number
        return found

    @cached_property
    def code_of_ours(self) -> list[tuple[int, str]]:
        """Inline code, but for the first column of a table that is headed `theirs`."""
        found = []
        theirs, last = False, 0
        for number, line in self.prose:
            shown = line
            if line.startswith("|"):
                first, *rest = _cells(line)
                theirs = first.strip() == "theirs" or (theirs and number == last + 1)
                shown = "|".join(rest) if theirs else line
                last = number
            found += [(number, code) for code in _CODE.findall(shown)]
        return found

    @cached_property
    def blocks(self) -> list[Block]:
        """The code: indented or fenced (but for diagrams, which are drawn)."""
        found: list[Block] = []
        mark: Mark | None = None
        part: list[str] = []
        lines = self._lines()
        for number, line, is_code in [*lines, (len(lines) + 1, "", False)]:
            if is_code and line.strip():
                part.append(line)
                continue
            if part:
                found.append(Block(self, number - len(part), tuple(part), mark))
                part = []
            if not is_code and _HEADING.match(line):
                mark = None
            if marked := _MARK.match(line):
                mark = Mark(*marked.groups())
        return found

    def _lines(self) -> list[tuple[int, str, bool]]:
        """Each line with its number, and whether it is code (then without its indentation)."""
        found = []
        fence = ""
        code = True  # an indented block needs a blank line before it
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.startswith("```"):
                fence = "" if fence else line[3:].strip() or "text"
                found.append((number, "", True))
                continue
            if fence:
                found.append((number, "" if fence == "mermaid" else line, True))
                continue
            code = (code and line.startswith(_INDENT)) or not line.strip()
            indented = code and bool(line.strip())
            found.append((number, line.removeprefix(_INDENT) if indented else line, indented))
        return found


def pages() -> list[Page]:
    """Return every page of the repository."""
    found = REPOSITORY.rglob("*.md")
    shown = (path for path in found if not _is_hidden(path.relative_to(REPOSITORY)))
    return [Page(path) for path in sorted(shown)]


def _cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)[1:-1]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)

"""The commands of a page's blocks, one a line."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from functools import cached_property

from tests.docs.pages import Block, pages

PROGRAMS = {
    *("make", "kubectl", "helm", "docker", "pip", "curl", "forge-manager", "python", "pytest"),
    *("systemctl", "pgrep", "pre-commit", "cardano-cli", "cosign"),
}
_ASSIGNMENT = re.compile(r"^\w+=\S* +")
_COMMENT = re.compile(r"(^|\s+)#.*$")


@dataclass(frozen=True)
class Command:
    """One command of a block, its lines joined and its comment left out."""

    block: Block
    text: str

    @property
    def where(self) -> str:
        return f"{self.block.where}: {self.text}"

    @property
    def program(self) -> str:
        """The name of what is run first; a path's last part."""
        return program(self.text)

    @cached_property
    def words(self) -> list[str]:
        """The arguments of the first program, up to a pipe or another command."""
        text = self.text
        while found := _ASSIGNMENT.match(text):
            text = text[found.end() :]
        words = shlex.split(re.split(r" (?:\||&&|&|>)(?: |$)", text)[0])
        return words[1:]


def program(line: str) -> str:
    """Return the program that a line runs; empty when it is no command."""
    while found := _ASSIGNMENT.match(line):
        line = line[found.end() :]
    first = line.split(" ")[0]
    if first.startswith(("./", ".tools/", "tests/")):
        return first.rpartition("/")[2]
    return first if first in PROGRAMS else ""


def commands(block: Block) -> list[Command]:
    """Return a block's commands; none when its first line that says something is no command."""
    joined = re.sub(r" *\\\n\s*", " ", textwrap.dedent("\n".join(block.lines)))
    lines = [line for line in (_COMMENT.sub("", one) for one in joined.splitlines()) if line]
    if not lines or not program(lines[0]):
        return []
    return [Command(block, line) for line in lines]


def all_commands() -> list[Command]:
    """Return the commands of every page."""
    return [command for page in pages() for block in page.blocks for command in commands(block)]

"""The numbered commands of a Markdown document's section, to be run as they stand there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CODE = "    "
_STEP = re.compile(r"# (\d+)\. ")
_COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")


def steps(document: Path, section: str) -> list[str]:
    """Return the commands by number; item 0 is what stands before `# 1. `.

    Raises:
        ValueError: there is no such section, or its numbers leave one out.

    """
    _, found, rest = document.read_text().partition(f"\n## {section}\n")
    if not found:
        raise ValueError(f"{document} has no section {section!r}")
    commands = [""]
    for line in rest.partition("\n## ")[0].splitlines():
        if not line.startswith(_CODE):
            continue
        code = line.removeprefix(_CODE)
        if number := _STEP.match(code):
            if int(number[1]) != len(commands):
                raise ValueError(f"{document}, {section!r}: step {len(commands)} is missing")
            commands.append("")
        commands[-1] += f"{code}\n"
    return commands


def filled(commands: str, names: Mapping[str, str]) -> str:
    """Return them without comments, with a name for each placeholder (a word in capitals).

    Raises KeyError for a placeholder that has none.
    """
    return _PLACEHOLDER.sub(lambda word: names[word[0]], _COMMENT.sub("", commands))

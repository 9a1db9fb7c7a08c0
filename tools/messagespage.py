"""docs/messages.md: everything for which the chart refuses values, or warns of them.

`python tools/messagespage.py > docs/messages.md`. All of it is read from the templates: a line of
_checks*.tpl or _warnings*.tpl that is no action alone is a message.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(__file__).parents[1] / "charts" / "cardano-node" / "templates"

_HEAD = """# Messages

All reasons for which the chart refuses values, and all warnings in NOTES.txt, written by
`make docs` from the templates. A message begins with the path of a value that you have set, and
ends with what to do. `…` stands for text that depends on your values, `[a | b]` for one text or the
other.

The schema ([values.md](values.md)) checks each value by itself: Helm refuses an invalid one, with
its path, before any of these messages.
"""
_SECTIONS = (
    ("Refused", "_checks", "The chart reports all problems at once."),
    ("Warned of", "_warnings", "The chart accepts these values, but check them."),
)
_COMMENT = re.compile(r"\{\{-? ?/\*.*?\*/ ?-?\}\}", re.DOTALL)
_MESSAGE = re.compile(r"[a-z]|\{\{ ")
_ACTION = re.compile(r"\{\{-? *(\S+).*?\}\}")
_WORDS = {"if": "[", "with": "[", "else": " | ", "end": "]"}


class Message(NamedTuple):
    """A line of a template that is a message."""

    file: str
    number: int
    line: str


def messages(templates: Path = TEMPLATES) -> Iterator[Message]:
    """Give them, file by file."""
    for path in sorted(templates.glob("_*.tpl")):
        if not path.name.startswith(tuple(prefix for _, prefix, _ in _SECTIONS)):
            continue
        text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())
        for number, line in enumerate(text.splitlines(), 1):
            if _MESSAGE.match(line):
                yield Message(path.name, number, line)


def document(templates: Path = TEMPLATES) -> str:
    """Return the page, a table of each kind."""
    found = list(messages(templates))
    parts = [_HEAD]
    for title, prefix, said in _SECTIONS:
        rows = sorted(_row(each.line) for each in found if each.file.startswith(prefix))
        lines = [f"## {title}", "", said, "", "| value | message |", "|---|---|", *rows, ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _row(line: str) -> str:
    text = _ACTION.sub(lambda found: _WORDS.get(found[1], "…"), line)
    path, _, said = text.partition(": ")
    cells = (f"`{path}`", said.replace("|", "\\|").replace("<", "\\<"))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(document())

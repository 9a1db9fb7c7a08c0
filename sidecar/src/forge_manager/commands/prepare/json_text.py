"""Change one member of a JSON text and leave every other byte of it as it is."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class _Member(NamedTuple):
    """One member of the outermost object. `begin`, `end`: where its value is in the text."""

    name: str
    begin: int
    end: int


def with_true(content: bytes, name: str) -> bytes:
    """Return a JSON object with this member true wherever it occurs; added if it is missing.

    `content` is known to be an object in UTF-8. Numbers keep their digits and members their order.
    Names that occur twice stay, because the reader decides which of them counts.
    """
    text = content.decode()
    members = _members(text)
    found = [member for member in members if member.name == name]
    for member in reversed(found):
        text = f"{text[: member.begin]}true{text[member.end :]}"
    if not found:
        inside = text.index("{") + 1
        space = _SPACE.match(text, inside)
        indent = space[0] if space and members else ""
        added = f"{json.dumps(name)}: true" + ("," if members else "")
        text = f"{text[:inside]}{indent}{added}{text[inside:]}"
    return text.encode()


def _members(text: str) -> list[_Member]:
    members = []
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)  # past the colon
        _, end = _DECODER.raw_decode(text, begin)
        members.append(_Member(name, begin, end))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return members


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at

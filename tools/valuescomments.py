"""The comments of values.yaml: above each value its description in values.schema.json.

`python tools/valuescomments.py` rewrites them. A value is described once, in the schema; comments
above an entry of a list are left as they are.
"""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING

from valuespage import CHART, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from valuespage import Schema

_WIDTH = 100
_KEY = re.compile(r"( *)([\w-]+):")
_COMMENT = re.compile(r" *#")


def commented(values: str, schema: Schema) -> str:
    """Return values.yaml with the schema's descriptions."""
    return "\n".join([*_lines(values.splitlines(), schema), ""])


def _lines(lines: list[str], schema: Schema) -> Iterator[str]:
    comments: list[str] = []
    keys: list[tuple[int, str]] = []
    for line in lines:
        if _COMMENT.match(line):
            comments.append(line)
            continue
        found = _KEY.match(line)
        if found is None:
            yield from comments
        else:
            indent = len(found[1])
            keys = [*(key for key in keys if key[0] < indent), (indent, found[2])]
            said = description(schema, [key for _, key in keys])
            begin = f"{found[1]}# "
            yield from (
                textwrap.wrap(
                    said,
                    _WIDTH,
                    initial_indent=begin,
                    subsequent_indent=begin,
                    break_on_hyphens=False,
                )
                if said
                else comments
            )
        comments = []
        yield line


def description(schema: Schema, path: list[str]) -> str:
    """Return what the schema says about the value at a path, "" if it says nothing."""
    entry = schema
    for key in path:
        entry = resolve(schema, resolve(schema, entry).get("properties", {}).get(key, {}))
    return str(entry.get("description", ""))


def main() -> None:
    """Write the comments."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    path = CHART / "values.yaml"
    path.write_text(commented(path.read_text(), schema))


if __name__ == "__main__":
    main()

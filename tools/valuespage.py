"""docs/values.md: every value of the chart with type, default and meaning.

`python tools/valuespage.py > docs/values.md`. All of it is read from values.yaml (the defaults) and
values.schema.json (the rest).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

CHART = Path(__file__).parents[1] / "charts" / "cardano-node"

Schema = dict[str, Any]
_UNSET = object()

_HEAD = """# Values

All values of the chart, written by `make docs` from
[values.yaml](../charts/cardano-node/values.yaml) and
[values.schema.json](../charts/cardano-node/values.schema.json), which refuses any other value. If
the default is `null`, the chart decides. If there is no default, the value is absent unless you set
it. `[]` in a path stands for each entry of a list, `*` for each key of a mapping.

Some mappings have the same parts, such as all probes. Of these a table shows the parts that have a
default; the others are [at the end](#shared-parts).
"""
# Definitions of the schema whose parts are described once, under a title; its first one wins.
_SHARED = {
    "traceOptions": "Options of a trace",
    "defaultedProbe": "A probe",
    "probe": "A probe",
}


@dataclass(frozen=True)
class Row:
    """One value: `default` as JSON, empty when there is none.

    `shared` is the definition that describes it wherever it stands, and `part` its path in that.
    """

    path: str
    type: str
    default: str
    description: str
    shared: str = ""
    part: str = ""


def rows(schema: Schema, values: object) -> Iterator[Row]:
    """Give every value in the schema's order; of a mapping of known keys that is set, its parts."""
    yield from _rows(schema, schema, "", values)


def document(schema: Schema, values: Schema) -> str:
    """Return the page, a section for each value at the top, and the parts that several share."""
    parts = [_HEAD]
    single = [name for name, entry in schema["properties"].items() if not _parts(schema, entry)]
    parts.append(_section("At the top", schema, single, values))
    for name, entry in schema["properties"].items():
        if name not in single:
            resolved = resolve(schema, entry)
            parts.append(_section(f"`{name}`", schema, [name], values, resolved["description"]))
    return "\n".join([*parts, _shared_parts(list(rows(schema, values)))])


def _shared_parts(found: list[Row]) -> str:
    lines = ["## Shared parts", ""]
    for title in dict.fromkeys(_SHARED.values()):
        once: dict[str, Row] = {}
        for definition in (name for name, its_title in _SHARED.items() if its_title == title):
            for row in found:
                if row.part and row.shared == definition:
                    once.setdefault(row.part, row)
        cells = [[f"`{row.part}`", row.type, row.description] for row in once.values()]
        lines += [f"### {title}", "", *_table(["part", "type", "meaning"], cells), ""]
    return "\n".join(lines)


def _section(title: str, schema: Schema, names: list[str], values: Schema, said: str = "") -> str:
    lines = [f"## {title}", ""]
    if said:
        lines += [said, ""]
    entries = [(name, schema["properties"][name]) for name in names]
    found = [
        row
        for name, entry in entries
        for row in _rows(schema, entry, name, values.get(name, _UNSET))
    ]
    cells = [
        [f"`{row.path}`", row.type, f"`{row.default}`" if row.default else "", row.description]
        for row in found
        if row.default or not row.part
    ]
    return "\n".join([*lines, *_table(["value", "type", "default", "meaning"], cells), ""])


def _table(heading: list[str], body: list[list[str]]) -> Iterator[str]:
    for row in [heading, ["---"] * len(heading), *body]:
        escaped = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(escaped)} |" if row[0] != "---" else f"|{'|'.join(row)}|"


def _rows(
    root: Schema, schema: Schema, path: str, value: object, base: tuple[str, str] = ("", "")
) -> Iterator[Row]:
    """Give the rows of one value; `base` is the shared definition around it, and its path."""
    name = schema.get("$ref", "").removeprefix("#/definitions/")
    if name in _SHARED:
        base = (name, path)
    entry = resolve(root, schema)
    parts = _parts(root, entry)
    if not parts or not entry.get("properties") or value is None:
        shown = "" if value is _UNSET else json.dumps(value, ensure_ascii=False)
        shared, begin = base
        part = path[len(begin) + 1 :] if shared else ""
        yield Row(path, _type(root, entry), shown, entry.get("description", ""), shared, part)
    for suffix, inner in parts.items():
        here = f"{path}{suffix}" if path else suffix.removeprefix(".")
        within = value.get(suffix[1:], _UNSET) if isinstance(value, dict) else _UNSET
        yield from _rows(root, inner, here, within, base)


def _parts(root: Schema, schema: Schema) -> dict[str, Schema]:
    """Return what a value consists of, by what is added to its path."""
    entry = resolve(root, schema)
    if properties := entry.get("properties"):
        return {f".{name}": part for name, part in properties.items()}
    for key, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        inner = entry.get(key)
        if isinstance(inner, dict) and resolve(root, inner).get("properties"):
            return {suffix: inner}
    return {}


def resolve(root: Schema, schema: Schema) -> Schema:
    """Return the schema with what its $ref names; its own words win."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].removeprefix("#/definitions/")
    return {**resolve(root, root["definitions"][name]), **schema}


def _type(root: Schema, entry: Schema) -> str:
    entry = resolve(root, entry)
    if "enum" in entry:
        return ", ".join(f"`{json.dumps(one)}`" for one in entry["enum"])
    for key in ("anyOf", "oneOf"):
        if key in entry:
            return " or ".join(dict.fromkeys(_type(root, one) for one in entry[key]))
    kinds = entry.get("type", "any")
    names = [_kind(root, kind, entry) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " or ".join(names)


def _kind(root: Schema, kind: str, entry: Schema) -> str:
    if kind == "array":
        return f"list of {_type(root, entry['items'])}" if "items" in entry else "list"
    if kind == "object":
        inner = entry.get("additionalProperties")
        return f"mapping to {_type(root, inner)}" if isinstance(inner, dict) else "mapping"
    if kind in ("integer", "number"):
        return kind + _range(entry)
    return kind


def _range(entry: Schema) -> str:
    least, most = entry.get("minimum"), entry.get("maximum")
    if least is not None and most is not None:
        return f" {least} to {most}"
    if "exclusiveMinimum" in entry:
        return f" > {entry['exclusiveMinimum']}"
    return f" ≥ {least}" if least is not None else f" ≤ {most}" if most is not None else ""


def main() -> None:
    """Write the page."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    sys.stdout.write(document(schema, values))


if __name__ == "__main__":
    main()

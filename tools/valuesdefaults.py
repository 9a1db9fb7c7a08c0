"""files/defaults.json: the defaults of values.yaml, for templates to fall back on.

`python tools/valuesdefaults.py` rewrites it. Helm drops a default that a user sets to null, and
`--reuse-values` brings the defaults of an earlier chart, which lack what was added since. `nested`
has the defaults themselves, except values that may be null, which then means "none"; a probe has no
such value. `whole`, by dotted path, has what a user replaces or removes parts of, so that it is a
default as a whole or not at all: lists, and Kubernetes' own maps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from valuespage import CHART, resolve

if TYPE_CHECKING:
    from valuespage import Schema

_PROBES = {"#/definitions/probe", "#/definitions/defaultedProbe"}


def document(schema: Schema, values: Schema) -> str:
    """Return the file."""
    whole: dict[str, Any] = {}
    nested = _nested(schema, schema, values, "", whole)
    return json.dumps({"nested": nested, "whole": whole}, indent=1) + "\n"


def _nested(
    root: Schema, schema: Schema, values: Schema, path: str, whole: dict[str, Any]
) -> Schema:
    """Return the defaults below a path that are merged key by key; the others go to `whole`."""
    found = {}
    for key, value in values.items():
        given, here = schema["properties"][key], f"{path}{key}"
        entry = resolve(root, given)
        if value is None or (_may_be_null(root, entry) and not schema.get("probe")):
            continue
        if isinstance(value, dict) and "properties" in entry:
            inner = entry | {"probe": schema.get("probe") or given.get("$ref") in _PROBES}
            found[key] = _nested(root, inner, value, f"{here}.", whole)
        elif value and isinstance(value, (dict, list)):
            whole[here] = value
        else:
            found[key] = value
    return found


def _may_be_null(root: Schema, entry: Schema) -> bool:
    options = (*entry.get("anyOf", ()), *entry.get("oneOf", ()))
    return (
        "null" in entry.get("type", ())
        or None in entry.get("enum", ())
        or any(_may_be_null(root, resolve(root, option)) for option in options)
    )


def main() -> None:
    """Write the file."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    (CHART / "files" / "defaults.json").write_text(document(schema, values))


if __name__ == "__main__":
    main()

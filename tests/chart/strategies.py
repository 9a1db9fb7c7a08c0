"""Random values that the schema allows, for properties over all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.chart.rendering import CHART

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
# What Kubernetes or the node defines stays as it is: its own rules are not in this schema.
_NOT_OURS = {"kubernetesObject", "anyObject", "stringMap"}
# Long enough to meet every limit of a name.
_TEXT = st.text("abcdefghij-", min_size=1, max_size=30)


def leaves(schema: dict[str, Any] = SCHEMA, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each property of ours that has no further ones, by its dotted path."""
    for key, entry in schema.get("properties", {}).items():
        here = f"{path}.{key}" if path else key
        if "properties" in entry:
            yield from leaves(entry, here)
        elif entry.get("$ref", "").rpartition("/")[2] not in _NOT_OURS and not entry.get(
            "minItems"
        ):
            yield here, entry


def value(entry: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that one entry of the schema allows."""
    if "$ref" in entry:
        return value(SCHEMA["definitions"][entry["$ref"].rpartition("/")[2]])
    if "const" in entry or "enum" in entry:
        return st.sampled_from(entry.get("enum", [entry.get("const")]))
    if "anyOf" in entry:
        return st.one_of([value(option) for option in entry["anyOf"]])
    types = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    return st.one_of([_of_type(name, entry) for name in types])


def _of_type(name: str, entry: dict[str, Any]) -> st.SearchStrategy[Any]:
    match name:
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "integer" | "number":
            least = entry.get("minimum", 1)
            return st.integers(least, entry.get("maximum", max(least, 1000)))
        case "string":
            return _string(entry)
        case "array" | "object":
            # Lists and maps of the user's are Kubernetes' or the node's.
            return st.just([] if name == "array" else {})
    raise AssertionError(f"no values of type {name}")


def _string(entry: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" not in entry:
        return _TEXT if entry.get("minLength") else st.one_of(st.just(""), _TEXT)
    # A final newline would match $ as well, and nobody writes one.
    whole = entry["pattern"].removesuffix("$") + r"\Z" if entry["pattern"][-1] == "$" else None
    ascii_only = st.characters(min_codepoint=33, max_codepoint=126)
    return st.from_regex(whole or entry["pattern"], alphabet=ascii_only).filter(
        lambda text: len(text) <= entry.get("maxLength", 200)
    )

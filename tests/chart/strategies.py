"""Random sets of values that the schema allows, for properties over all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from typing import Any

from hypothesis import strategies as st

from tests.chart import fragments
from tests.chart.hub_values import hubbed
from tests.chart.rendering import CHART
from tests.chart.samples import SIGNER, Values, at, custom_network, merged, producer

Schema = dict[str, Any]
SCHEMA: Schema = json.loads((CHART / "values.schema.json").read_text())

ON: Values = {"enabled": True}
BASES: list[Values] = [
    {},
    producer(),
    producer(cardanoNode={"network": "preprod"}, replicaCount=3),
    producer(**SIGNER, cardanoNode={"network": "preprod"}),
    custom_network(),
    hubbed(),
    hubbed(access={"create": True}),
    {
        "submitApi": ON,
        "ingress": ON,
        "autoscaling": {
            **ON,
            "targetCPUUtilizationPercentage": 50,
            "targetMemoryUtilizationPercentage": 80,
        },
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
    },
    producer(
        networkPolicy=ON,
        monitoring={"serviceMonitor": ON, "prometheusRule": ON, "grafanaDashboard": ON},
    ),
    {"networkPolicy": ON, "monitoring": {"podMonitor": ON}, "persistence": {"socket": ON}},
]
# A label, a name, or something that YAML, a template or a shell reads otherwise.
_WORDS = ["true", "null", "123", "1e3", "0x1F", "~", "- a", "a: b", "{{ a }}", "#", "'", "%s", "é"]
_TEXT = st.one_of(st.text("abcdefghij-", min_size=1, max_size=30), st.sampled_from(_WORDS))
# Where the schema names no most: what a person writes, and what no 32-bit field takes.
_USUAL_MOST, _HUGE = 1000, 2**31
# In which a test's objects may be; the default is the release's.
NAMESPACES = ("elsewhere", "monitoring")
# One of the many kinds of traces is as good as all.
_TRACES = "cardanoNode.config.traceOptions."


def leaves(schema: Schema = SCHEMA, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Each property that has no further ones, by its dotted path."""
    for key, given in schema.get("properties", {}).items():
        here = f"{path}.{key}" if path else key
        entry = _resolved(given)
        if fragments.of(here) or here.startswith(_TRACES) or "properties" not in entry:
            yield here, entry
        else:
            yield from leaves(entry, here)


def value(path: str, given: Schema) -> st.SearchStrategy[Any]:
    """Values that one entry of the schema allows."""
    if path.endswith(".namespace"):
        return st.sampled_from(["", *NAMESPACES])
    if (written := fragments.of(path)) is not None:
        return st.sampled_from(written)
    return _allowed(given)


def _resolved(entry: Schema) -> Schema:
    if "$ref" not in entry:
        return entry
    target: Schema = SCHEMA["definitions"][entry["$ref"].rpartition("/")[2]]
    return _resolved({**target, **{key: one for key, one in entry.items() if key != "$ref"}})


def _allowed(given: Schema) -> st.SearchStrategy[Any]:
    entry = _resolved(given)
    if "const" in entry or "enum" in entry:
        return st.sampled_from(entry.get("enum", [entry.get("const")]))
    if "anyOf" in entry:
        return st.one_of([_allowed(option) for option in entry["anyOf"]])
    types = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    return st.one_of([_of_type(name, entry) for name in types])


def _of_type(name: str, entry: Schema) -> st.SearchStrategy[Any]:
    match name:
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "integer" | "number":
            return _number(entry)
        case "string":
            return _string(entry)
        case "array":
            items = _allowed(entry["items"])
            least, unique = entry.get("minItems", 0), entry.get("uniqueItems", False)
            return st.lists(items, min_size=least, max_size=max(2, least), unique=unique)
        case "object":
            return _object(entry)
    raise AssertionError(f"no values of type {name}")


def _number(entry: Schema) -> st.SearchStrategy[Any]:
    least = entry.get("minimum", 1)
    most = entry.get("maximum", max(least, _HUGE))
    return st.one_of(st.integers(least, min(most, least + _USUAL_MOST)), st.just(most))


def _object(entry: Schema) -> st.SearchStrategy[Any]:
    if "properties" in entry:
        parts = {key: _allowed(part) for key, part in entry["properties"].items()}
        needed = {key: parts.pop(key) for key in entry.get("required", [])}
        return st.fixed_dictionaries(needed, optional=parts)
    if "patternProperties" in entry:
        ((pattern, part),) = entry["patternProperties"].items()
        return st.dictionaries(_matching(pattern), _allowed(part), max_size=2)
    return st.dictionaries(_TEXT, _allowed(entry["additionalProperties"]), max_size=2)


def _string(entry: Schema) -> st.SearchStrategy[str]:
    least, most = entry.get("minLength", 0), entry.get("maxLength", 300)
    found = _matching(entry["pattern"]) if "pattern" in entry else st.one_of(st.just(""), _TEXT)
    return found.filter(lambda text: least <= len(text) <= most)


def _matching(pattern: str) -> st.SearchStrategy[str]:
    # A final newline would match $ as well, and nobody writes one.
    whole = pattern.removesuffix("$") + r"\Z" if pattern[-1] == "$" else pattern
    return st.from_regex(whole, alphabet=st.characters(min_codepoint=33, max_codepoint=126))


_ALL = dict(leaves())
# By the part of the values that they stand in, so that one of many paths is no oftener drawn.
_PARTS: dict[str, list[str]] = {}
for _path in _ALL:
    _PARTS.setdefault(".".join(_path.split(".")[:2]), []).append(_path)


@st.composite
def some_values(draw: st.DrawFn) -> Values:
    """One of the bases with up to ten values changed."""
    parts = draw(st.lists(st.sampled_from(sorted(_PARTS)), min_size=1, max_size=10))
    paths = sorted({draw(st.sampled_from(_PARTS[part])) for part in parts})
    changes = [at(path, draw(value(path, _ALL[path]))) for path in paths]
    return reduce(merged, changes, draw(st.sampled_from(BASES)))

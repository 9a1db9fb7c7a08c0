"""Kubernetes' own schemas, strict: a field that it does not know is refused.

The files are those of the package kubernetes-validate, whose own function reads megabytes of them
again for each object.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.chart.rendering import Object

NEWEST: str = kubernetes_validate.latest_version().removesuffix(".0")
_SCHEMAS = resources.files("kubernetes_validate") / "kubernetes-json-schema"


def validate(item: Object, version: str) -> None:
    """Raise `jsonschema.ValidationError` unless Kubernetes of a version such as 1.29 takes it."""
    _validator(item["kind"], item["apiVersion"], version).validate(item)


def properties(definition: str, version: str) -> set[str]:
    """Return the fields of a part of an object, such as io.k8s.api.core.v1.Probe."""
    return set(_read("_definitions.json", version)["$defs"][definition]["properties"])


@cache
def _validator(kind: str, api_version: str, version: str) -> Draft202012Validator:
    group, _, name = api_version.rpartition("/")
    stem = "-".join(part for part in (kind.lower(), group.split(".")[0], name) if part)
    schema = _read(f"{stem}.json", version)
    return Draft202012Validator(schema, registry=_definitions(version))


@cache
def _definitions(version: str) -> Registry[Any]:
    contents = _read("_definitions.json", version)
    return (Resource.from_contents(contents) @ Registry()).crawl()


@cache
def _read(name: str, version: str) -> Any:
    folder = _SCHEMAS / f"v{version}.0-local-strict"
    return json.loads((folder / name).read_text())

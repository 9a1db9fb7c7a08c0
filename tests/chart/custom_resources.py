"""The chart's CRDs, and the schemas in them made strict: a field they do not know would be lost."""

from __future__ import annotations

from typing import Any

import yaml

from tests.chart.rendering import CHART, Object

GROUP = "cardano.io"


def definitions() -> dict[str, Object]:
    """CRDs by the kind that they define."""
    found = [yaml.safe_load(path.read_text()) for path in sorted((CHART / "crds").iterdir())]
    return {crd["spec"]["names"]["kind"]: crd for crd in found}


def schemas_by_kind() -> dict[str, Object]:
    """JSON schemas of whole objects by kind; unknown fields are refused instead of pruned."""
    return {
        kind: _whole(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
        for kind, crd in definitions().items()
    }


def _whole(schema: Object) -> Object:
    strict: Object = _strict(schema)
    kubernetes = {"apiVersion": {}, "kind": {}, "metadata": {"type": "object"}}
    return {**strict, "properties": {**strict["properties"], **kubernetes}}


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _strict(value) for key, value in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        closed["additionalProperties"] = False
    return closed

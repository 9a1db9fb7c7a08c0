"""The kinds of Prometheus' operator, as far as the chart renders them.

The operator brings its CRDs itself. What the user adds to a spec or as an endpoint stays open.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

STRING = {"type": "string", "minLength": 1}
MAP = {"type": "object", "additionalProperties": {"type": "string"}}


def _object(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object of these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _open(required: dict[str, Schema], **optional: Schema) -> Schema:
    properties = {**required, **optional}
    return {"type": "object", "properties": properties, "required": list(required)}


def _kind(kind: str, spec: Schema) -> Schema:
    metadata = _object({"name": STRING, "namespace": STRING, "labels": MAP}, annotations=MAP)
    return _object(
        {
            "apiVersion": {"const": "monitoring.coreos.com/v1"},
            "kind": {"const": kind},
            "metadata": metadata,
            "spec": spec,
        }
    )


# SafeTLSConfig, which a PodMonitor has; a ServiceMonitor's TLSConfig has files as well.
_CONTENT = _object(
    {},
    secret=_object({"key": STRING}, name=STRING),
    configMap=_object({"key": STRING}, name=STRING),
)
_SAFE_TLS = {
    "ca": _CONTENT,
    "cert": _CONTENT,
    "keySecret": _object({"key": STRING}, name=STRING),
    "serverName": STRING,
    "insecureSkipVerify": {"type": "boolean"},
    "minVersion": {"enum": ["TLS10", "TLS11", "TLS12", "TLS13"]},
    "maxVersion": {"enum": ["TLS10", "TLS11", "TLS12", "TLS13"]},
}
_TLS: dict[str, Schema] = {
    "ServiceMonitor": _object({}, **_SAFE_TLS, caFile=STRING, certFile=STRING, keyFile=STRING),
    "PodMonitor": _object({}, **_SAFE_TLS),
}


def _monitor(kind: str, endpoints: str) -> Schema:
    endpoint = _open({"port": STRING}, scheme={"enum": ["http", "https"]}, tlsConfig=_TLS[kind])
    return _kind(
        kind,
        _open(
            {
                "selector": _object(
                    {"matchLabels": MAP}, matchExpressions={"type": "array", "minItems": 1}
                ),
                "namespaceSelector": _object(
                    {}, any={"type": "boolean"}, matchNames={"type": "array", "items": STRING}
                ),
                endpoints: {"type": "array", "items": endpoint, "minItems": 1},
            }
        ),
    )


_RULE = _object(
    {"alert": STRING, "expr": STRING, "labels": MAP, "annotations": MAP}, **{"for": STRING}
)
_GROUP = _object({"name": STRING, "rules": {"type": "array", "items": _RULE, "minItems": 1}})

SCHEMAS: dict[str, Schema] = {
    "ServiceMonitor": _monitor("ServiceMonitor", "endpoints"),
    "PodMonitor": _monitor("PodMonitor", "podMetricsEndpoints"),
    "PrometheusRule": _kind(
        "PrometheusRule", _object({"groups": {"type": "array", "items": _GROUP, "minItems": 1}})
    ),
}

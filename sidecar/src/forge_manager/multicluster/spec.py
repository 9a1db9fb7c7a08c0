"""What a cluster of the pool should do, as its CardanoForgeCluster says; pure.

The settings decide what the object does not say, or says in a way that its definition would have
refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forge_manager.kube.changes import text_of
from forge_manager.kube.lease_codec import parse_time
from forge_manager.settings.cluster_spec import (
    LONGEST_INTERVAL_S,
    LONGEST_TIMEOUT_S,
    MOST_FAILURES,
    PRIORITIES,
    ClusterSpec,
    ForgeState,
    HealthCheck,
    Override,
    headers_from,
)

if TYPE_CHECKING:
    from forge_manager.kube.changes import Document


_DURATION = re.compile(r"([0-9]{1,9})([smh])", re.ASCII)
_UNITS_S = {"s": 1, "m": 60, "h": 3600}
_MICROSECONDS = 1_000_000
_URL = re.compile(r"https?://[^\s/?#]+([/?]\S*)?")


@dataclass(frozen=True, slots=True)
class Effective:
    """What applies now. `reason`: why a person overrode it, in that person's words."""

    state: ForgeState
    priority: int
    overridden: bool = False
    reason: str = ""


def effective(spec: ClusterSpec, wall_s: float) -> Effective:
    """Return what applies at this Unix time."""
    override = spec.override
    if override is None or (override.expires_s is not None and wall_s >= override.expires_s):
        return Effective(spec.state, spec.priority)
    return Effective(
        override.state or spec.state,
        override.priority or spec.priority,
        overridden=True,
        reason=override.reason,
    )


def spec_from(document: Document, settings: ClusterSpec) -> ClusterSpec:
    """Return what a CardanoForgeCluster says; `settings`: what applies if it says nothing."""
    spec = _fields(document, "spec")
    return ClusterSpec(
        state=_state(spec, "forgeState") or settings.state,
        priority=_integer(spec, "priority", *PRIORITIES) or settings.priority,
        health=_health(_fields(spec, "healthCheck"), settings.health),
        override=_override(_fields(spec, "override")),
    )


def _override(fields: Document) -> Override | None:
    if fields.get("enabled") is not True:
        return None
    expires_us = parse_time(fields.get("expiresAt"))
    return Override(
        reason=text_of(fields, "reason"),
        expires_s=expires_us / _MICROSECONDS if expires_us else None,
        priority=_integer(fields, "forcePriority", *PRIORITIES),
        state=_state(fields, "forceState"),
    )


def _health(fields: Document, settings: HealthCheck) -> HealthCheck:
    enabled, endpoint = fields.get("enabled"), fields.get("endpoint")
    headers = fields.get("headers")
    given = isinstance(endpoint, str) and (not endpoint or _URL.fullmatch(endpoint))
    endpoint = str(endpoint) if given else settings.endpoint
    # What was meant for one server is not sent to another that is named here.
    inherited = settings.headers if is_same_server(endpoint, settings.endpoint) else ()
    return HealthCheck(
        enabled=enabled if isinstance(enabled, bool) else settings.enabled,
        endpoint=endpoint,
        interval_s=_seconds(fields, "interval", LONGEST_INTERVAL_S) or settings.interval_s,
        timeout_s=_seconds(fields, "timeout", LONGEST_TIMEOUT_S) or settings.timeout_s,
        failure_threshold=(
            _integer(fields, "failureThreshold", 1, MOST_FAILURES) or settings.failure_threshold
        ),
        headers=headers_from(headers) if isinstance(headers, dict) else inherited,
    )


def is_same_server(one: str, other: str) -> bool:
    """Tell whether two URLs are of one server: scheme, host and port."""
    origin = _origin(one)
    return origin is not None and origin == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # an invalid address or port
        return None
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def _fields(document: Document, key: str) -> Document:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _state(fields: Document, key: str) -> ForgeState | None:
    text = text_of(fields, key)
    return next((state for state in ForgeState if state.value == text), None)


def _integer(fields: Document, key: str, low: int, high: int) -> int | None:
    value = fields.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if low <= value <= high else None


def _seconds(fields: Document, key: str, most: int) -> int | None:
    found = _DURATION.fullmatch(text_of(fields, key))
    if found is None:
        return None
    return max(1, min(int(found[1]) * _UNITS_S[found[2]], most))

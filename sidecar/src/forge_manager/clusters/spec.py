"""What a cluster of the pool is to do, as its CardanoForgeCluster says; pure.

What the object does not say, or says in a way that its definition would not have let pass, is as
the settings have it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from forge_manager.cluster.changes import text_of
from forge_manager.cluster.lease_codec import parse_time

if TYPE_CHECKING:
    from forge_manager.cluster.changes import Document

PRIORITIES = (1, 999)
#: The longest interval, and the longest time that one probe may take, in seconds.
LONGEST_INTERVAL_S = 86_400
LONGEST_TIMEOUT_S = 300
MOST_FAILURES = 1_000

_DURATION = re.compile(r"([0-9]{1,9})([smh])", re.ASCII)
_UNITS_S = {"s": 1, "m": 60, "h": 3600}
_MICROSECONDS = 1_000_000
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]{0,8192}")
_URL = re.compile(r"https?://[^\s/?#]+([/?]\S*)?")


class ForgeState(StrEnum):
    """Whether a cluster takes part, as a person says."""

    ENABLED = "Enabled"  # whatever its health check says
    DISABLED = "Disabled"
    PRIORITY_BASED = "Priority-based"  # while it is healthy


class Header(NamedTuple):
    """One header of a health check's request."""

    name: str
    value: str  # may be a secret: never logged


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """What is asked whether this cluster is fit to forge. Times in seconds.

    `endpoint`: "" for none; it may hold a password and is never logged. `failure_threshold`: so
    many failures, one after another, mean unhealthy.
    """

    enabled: bool
    endpoint: str
    interval_s: int
    timeout_s: int
    failure_threshold: int
    headers: tuple[Header, ...]

    @property
    def asks(self) -> bool:
        """Whether there is anything to ask."""
        return self.enabled and bool(self.endpoint)


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision, in place of what is configured; None: as configured.

    `expires_s`: Unix time; None: it holds until it is removed.
    """

    reason: str
    expires_s: float | None
    priority: int | None
    state: ForgeState | None


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """What is configured."""

    state: ForgeState
    priority: int
    health: HealthCheck
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts now. `reason`: why a person overrode it, in that person's words."""

    state: ForgeState
    priority: int
    overridden: bool = False
    reason: str = ""


def effective(spec: ClusterSpec, wall_s: float) -> Effective:
    """Return what counts at this Unix time."""
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
    """Return what a CardanoForgeCluster says; `settings`: what counts where it says nothing."""
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
    # What was meant for one server is not told to another that somebody names here.
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


def headers_from(fields: Document) -> tuple[Header, ...]:
    """Return those headers that HTTP allows."""
    return tuple(Header(n, v) for n, v in sorted(fields.items()) if is_header(n, v))


def is_header(name: object, value: object) -> bool:
    """Tell whether HTTP allows this header (RFC 9110, 5.1 and 5.5, of ASCII alone)."""
    good = isinstance(name, str) and isinstance(value, str)
    return good and bool(_HEADER_NAME.fullmatch(str(name)) and _HEADER_VALUE.fullmatch(str(value)))


def is_same_server(one: str, other: str) -> bool:
    """Tell whether two URLs are of one server: scheme, host and port."""
    origin = _origin(one)
    return origin is not None and origin == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # an address or a port that is none
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

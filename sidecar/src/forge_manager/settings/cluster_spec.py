"""What a cluster of the pool should do, according to settings or its CardanoForgeCluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from forge_manager.kube.changes import Document


PRIORITIES = (1, 999)
#: The longest interval, and the longest time that one probe may take, in seconds.
LONGEST_INTERVAL_S = 86_400
LONGEST_TIMEOUT_S = 300
MOST_FAILURES = 1_000

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]{0,8192}")


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
    """What to ask whether this cluster is fit to forge. Times in seconds.

    `endpoint`: "" for none; it may hold a password and is never logged. `failure_threshold`: this
    many failures in a row mean unhealthy.
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
    """A person's decision that replaces the configuration; None: as configured.

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


def headers_from(fields: Document) -> tuple[Header, ...]:
    """Return those headers that HTTP allows."""
    return tuple(Header(n, v) for n, v in sorted(fields.items()) if is_header(n, v))


def is_header(name: object, value: object) -> bool:
    """Tell whether HTTP allows this header (RFC 9110, 5.1 and 5.5, of ASCII alone)."""
    good = isinstance(name, str) and isinstance(value, str)
    return good and bool(_HEADER_NAME.fullmatch(str(name)) and _HEADER_VALUE.fullmatch(str(value)))

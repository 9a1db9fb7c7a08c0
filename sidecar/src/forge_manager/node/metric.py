"""What the node says about its forging: one metric, in Prometheus' text format.

The metric is 1 or 0 from the start of the process on, 0 after a non-producing start (cardano-node,
Cardano.Node.Run); whether its name ends in `_int` depends on the tracing. It is written a little
before forging changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from forge_manager.base.clocks import read_clocks
from forge_manager.node.page_client import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.base.moment import Moment

_SUFFIX = "_int"
#: The node's own version, among the labels of one metric (cardano-node 10.1.4 to 11.0.1:
#: Cardano/Node/Tracing/Tracers/NodeVersion.hs, getCardanoBuildInfo).
_VERSION = re.compile(
    rb'^[a-zA-Z_]*cardano_build_info\{[^\n]*\bversion="([0-9.]{1,40})"', re.MULTILINE
)


class Forging(Enum):
    """What the metric says."""

    ON = 1
    OFF = 0
    ABSENT = "absent"  # a complete answer without it
    UNKNOWN = "unknown"  # no complete answer, or a value that is neither 0 nor 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One scrape. `begun_ns`, `answered_ns`: CLOCK_BOOTTIME. `detail`: why it is unknown.

    `version`: the node's, such as 10.1.4, "" where the page does not say it.
    """

    begun_ns: int
    answered_ns: int
    forging: Forging
    detail: str = ""
    version: str = ""


class MetricsSource(Protocol):
    """The page that is read (node.page)."""

    def wait_until_allowed(self) -> None:
        """Wait until asking is allowed."""

    def get(self) -> bytes:
        """Return a whole answer. Raises FetchError."""

    def close(self) -> None:
        """End the connection."""


class ForgingMetric:
    """Reads one metric from one page. Of one thread."""

    def __init__(
        self, page: MetricsSource, name: str, *, clocks: Callable[[], Moment] = read_clocks
    ) -> None:
        """Take the metric's name, with or without `_int`."""
        self._page = page
        self._clocks = clocks
        stem = re.escape(name.removesuffix(_SUFFIX).encode())
        self._sample = re.compile(
            rb"^" + stem + rb"(?:_int)?(?:\{[^\n]*\})?[ \t]+([^ \t\r\n]+)", re.MULTILINE
        )

    def close(self) -> None:
        """Close the connection: the process at its other end is no longer asked."""
        self._page.close()

    def scrape(self) -> Reading:
        """Ask once, when a connection is allowed. Never raises, whatever the answer."""
        self._page.wait_until_allowed()
        begun_ns = self._clocks().boot_ns
        version = ""
        try:
            page = self._page.get()
            forging, detail = self._read(page)
            version = _version(page)
        except FetchError as error:
            forging, detail = Forging.UNKNOWN, str(error)
        return Reading(begun_ns, self._clocks().boot_ns, forging, detail, version)

    def _read(self, page: bytes) -> tuple[Forging, str]:
        values = {_number(match[1]) for match in self._sample.finditer(page)}
        if not values:
            return Forging.ABSENT, ""
        if values == {0.0}:
            return Forging.OFF, ""
        if values == {1.0}:
            return Forging.ON, ""
        return Forging.UNKNOWN, "the metric's value is neither 0 nor 1"


def _version(page: bytes) -> str:
    found = _VERSION.search(page)
    return found[1].decode() if found else ""


def _number(text: bytes) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None

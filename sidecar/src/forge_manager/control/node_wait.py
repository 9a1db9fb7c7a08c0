"""Notice once that the node has not come up within the time that an operator allows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.base.moment import SECOND
from forge_manager.forging.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)


class NodeWait:
    """`timeout_s`: SOCKET_WAIT_TIMEOUT, 0 for ever. `tell`: takes the words for operators."""

    def __init__(self, socket: Path, timeout_s: int, tell: Callable[[str], None]) -> None:
        self._socket = socket
        self._timeout_s = timeout_s
        self._tell = tell
        self._since_ns: int | None = None
        self._told = False

    def look(self, now_ns: int, phase: Phase) -> None:
        """Take the phase of a round. `now_ns`: CLOCK_BOOTTIME."""
        if phase is not Phase.NO_NODE:
            self._since_ns, self._told = None, False
            return
        if self._since_ns is None:
            self._since_ns = now_ns
        if not self._timeout_s or self._told or now_ns - self._since_ns < self._timeout_s * SECOND:
            return
        self._told = True
        _log.warning(
            "the node is not up",
            extra=logs.fields(socket=self._socket, seconds=self._timeout_s),
        )
        self._tell(f"nothing accepts connections at {self._socket} after {self._timeout_s} s")

"""Which process is the node: found once, then held until it has ended.

Order of preference and why: guard.logic. While a process is held nothing connects to its socket, so
a frozen node is not mistaken for one that has ended, and its backlog is not filled.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from forge_manager.node.process import HeldProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.node.process import Held, NodeProcess


class NodeWatch:
    """Holds at most one process."""

    def __init__(
        self,
        *,
        hold_peer: Callable[[], Held | None],
        named: Callable[[], NodeProcess | None],
        hold: Callable[[NodeProcess], Held | None] = HeldProcess.hold,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the ways to find it: the socket's peer, and the process that the fence names."""
        self._hold_peer = hold_peer
        self._named = named
        self._hold = hold
        self._sleep = sleep
        self._held: Held | None = None

    @property
    def held(self) -> Held | None:
        """The process that the last look found."""
        return self._held

    def look(self) -> Held | None:
        """Return the node's process, alive at this moment; None if none can be seen."""
        if self._held is not None and not self._held.alive():
            self._held.close()
            self._held = None
        if self._held is None:
            self._held = self._hold_named() or self._hold_peer()
        return self._held

    def wait(self, seconds: float) -> None:
        """Wait this long, or until the process that is held has ended."""
        if self._held is None:
            self._sleep(seconds)
        else:
            self._held.wait_for_end(seconds)

    def _hold_named(self) -> Held | None:
        process = self._named()
        return None if process is None else self._hold(process)

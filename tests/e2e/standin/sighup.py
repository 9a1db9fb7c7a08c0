"""What SIGHUP does, by how far the node has come.

As in cardano-node's `Cardano/Node/Run.hs`: nothing handles it at first, so it ends the process; a
first handler comes before the ledger opens; the kernel's hook installs another. Each signal is
handled in a thread of its own.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from .errors import StartError
from .topology import read_topology

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .forging import Forge
    from .journal import Journal


class HangUp:
    """Installs the handlers, one in place of the other."""

    def __init__(self, topology: Path | None, journal: Journal, forge: Forge) -> None:
        self._topology = topology
        self._journal = journal
        self._forge = forge

    def handle_early(self) -> None:
        """Topology, then the metric at 0 whatever it was; forging is not touched."""
        _in_threads(self._early)
        self._journal.log("startup: SIGHUP reloads the topology from now on")

    def handle_forging(self) -> None:
        """Forging by the files that are there, then topology."""
        _in_threads(self._full)

    def _early(self) -> None:
        if self._reload_topology():
            self._forge.metric = 0
            self._journal.log("forging metric 0 by SIGHUP, forging unchanged: no kernel yet")

    def _full(self) -> None:
        self._forge.reload()
        self._reload_topology()

    def _reload_topology(self) -> bool:
        """Say whether it could be read; an error ends the handler's thread there."""
        if self._topology is not None:
            try:
                read_topology(self._topology)
            except StartError as error:
                self._journal.log(f"error: topology unchanged by SIGHUP: {error}")
                return False
        return True


def ends_the_process() -> None:
    """Until there is a handler; also where the parent had it ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _in_threads(handle: Callable[[], None]) -> None:
    signal.signal(signal.SIGHUP, lambda *_: threading.Thread(target=handle, daemon=True).start())

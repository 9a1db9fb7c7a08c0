"""A pod's sets of keys: delivered by the kubelet, checked by the manager, live at the node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from forge_manager.credentials.verdict import KesTime
from forge_manager.fence.live_keys import LiveKeys

if TYPE_CHECKING:
    from tests.sidecar.simulation.pod import Pod


class KeySet(NamedTuple):
    """One set; `number` tells apart those of one certificate counter."""

    counter: int
    number: int = 0
    from_ns: int = 0  # real time from which the network takes its blocks ...
    until_ns: int = 10**18  # ... and until which

    def kes_at(self, real_ns: int) -> KesTime:
        if real_ns < self.from_ns:
            return KesTime.NOT_YET
        return KesTime.NOW if real_ns < self.until_ns else KesTime.OVER

    @property
    def name(self) -> str:
        return f"set-{self.counter}-{self.number}"


class Volumes:
    """What lies in the three directories of a pod. A set is written whole and never changed."""

    def __init__(self, pod: Pod, source: KeySet) -> None:
        self._pod = pod
        self.source = source
        self.checked: KeySet | None = None
        self.live: KeySet | None = None

    def look(self) -> LiveKeys:
        """Return what lies at the node's three paths."""
        if self.live is None:
            return LiveKeys.NONE
        return LiveKeys.ALL if self.live == self.checked else LiveKeys.OTHER

    def put_checked(self, name: str | None) -> bool:
        """Swap the checked set in, if it is the one of this name."""
        if self.checked is None or name not in (None, self.checked.name):
            return False
        self.put_live(self.checked)
        return True

    def put_live(self, keys: KeySet) -> None:
        """Swap them in; a node that is about to read the set before must not meet both."""
        if self.live not in (None, keys):
            self._pod.cluster.key_rules.exchanged(self._pod)
        self.live = keys

    def unlink(self) -> None:
        self.live = None

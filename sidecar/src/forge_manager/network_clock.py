"""The slot clock of the node's network; of a custom one by its Shelley genesis, on a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.aside import Aside, in_a_thread
from forge_manager.networks import (
    PUBLIC_NETWORKS,
    GenesisUnusableError,
    SlotClock,
    clock_from_shelley_genesis,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.settings import NetworkSettings

#: The clock, or None and why there is none.
KnownClock = tuple[SlotClock | None, str]

_PATIENCE_S = 1.0


class NetworkClock:
    """Reads the genesis aside, each time the provisioner judges: it may come late. Thread-safe."""

    def __init__(
        self,
        network: NetworkSettings,
        *,
        elsewhere: Callable[[Callable[[], None]], Callable[[], None]] = in_a_thread,
    ) -> None:
        """`elsewhere`: see Aside."""
        self._network = network
        self._aside = None
        if network.name not in PUBLIC_NETWORKS and network.shelley_genesis is not None:
            self._aside = Aside(
                f"{network.shelley_genesis} (SHELLEY_GENESIS_FILE)",
                lambda: slot_clock(network),
                elsewhere=elsewhere,
            )

    @property
    def hangs(self) -> bool:
        """Whether reading the genesis takes too long."""
        return self._aside is not None and self._aside.hangs

    def read(self) -> KnownClock:
        """Return what the genesis says now; what it said before when a second does not do."""
        found = self._aside.wait(_PATIENCE_S) if self._aside is not None else None
        return found or self.latest()

    def latest(self) -> KnownClock:
        """Return what was read last. Never waits."""
        if self._aside is None:
            return slot_clock(self._network)
        found = self._aside.latest
        if found is None:
            return None, f"{self._network.shelley_genesis} is still being read, or its volume hangs"
        return found.what


def slot_clock(network: NetworkSettings) -> KnownClock:
    """Return the network's clock, or None and why its KES period cannot be told."""
    public = PUBLIC_NETWORKS.get(network.name)
    if public is not None:
        return public.clock, ""
    if network.shelley_genesis is None:
        return None, (
            f"{network.name} is not a public network and no SHELLEY_GENESIS_FILE is given, so its "
            "KES periods are not known"
        )
    try:
        return clock_from_shelley_genesis(network.shelley_genesis), ""
    except GenesisUnusableError as error:
        return None, str(error)

"""The slot clock of the node's network; for a custom one, from its Shelley genesis on a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.aside import Aside, Elsewhere, in_a_thread
from forge_manager.credentials.networks import (
    MAX_GENESIS_BYTES,
    PUBLIC_NETWORKS,
    GenesisUnusableError,
    SlotClock,
    clock_from_shelley_genesis,
)

if TYPE_CHECKING:
    from pathlib import Path

#: The clock, or None and why there is none.
KnownClock = tuple[SlotClock | None, str]

_PATIENCE_S = 1.0


class SlotClockReader:
    """Reads the genesis aside each time the provisioner judges: it may come late. Thread-safe."""

    def __init__(
        self,
        name: str,
        shelley_genesis: Path | None,
        *,
        elsewhere: Elsewhere = in_a_thread,
    ) -> None:
        """`shelley_genesis`: of a custom network. `elsewhere`: see Aside."""
        self._name = name
        self._genesis = shelley_genesis
        self._aside = None
        if name not in PUBLIC_NETWORKS and shelley_genesis is not None:
            self._aside = Aside(
                f"{shelley_genesis} (SHELLEY_GENESIS_FILE)",
                lambda: slot_clock(name, shelley_genesis),
                elsewhere=elsewhere,
            )

    @property
    def hangs(self) -> bool:
        """Whether reading the genesis takes too long."""
        return self._aside is not None and self._aside.hangs

    def read(self) -> KnownClock:
        """Return what the genesis says now, or what it said before if a second is not enough."""
        found = self._aside.wait(_PATIENCE_S) if self._aside is not None else None
        return found or self.latest()

    def latest(self) -> KnownClock:
        """Return what was read last. Never waits."""
        if self._aside is None:
            return slot_clock(self._name, self._genesis)
        found = self._aside.latest
        if found is None:
            return None, f"{self._genesis} is still being read, or its volume hangs"
        return found.what


def slot_clock(network: str, shelley_genesis: Path | None) -> KnownClock:
    """Return the network's clock, or None and why its KES period is unknown."""
    public = PUBLIC_NETWORKS.get(network)
    if public is not None:
        return public.clock, ""
    if shelley_genesis is None:
        return None, (
            f"{network} is not a public network and SHELLEY_GENESIS_FILE is not set, so its KES "
            "periods are unknown"
        )
    try:
        return read_shelley_genesis(shelley_genesis), ""
    except GenesisUnusableError as error:
        return None, str(error)


def read_shelley_genesis(path: Path) -> SlotClock:
    """Read the slot clock of a custom network. Raises GenesisUnusableError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_GENESIS_BYTES + 1)
    except OSError as error:
        raise GenesisUnusableError(f"{path} cannot be read: {error.strerror}") from None
    return clock_from_shelley_genesis(content, path)

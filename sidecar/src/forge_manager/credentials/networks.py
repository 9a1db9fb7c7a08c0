"""What the sidecar must know about a network to tell its KES period from the clock.

Slots have a fixed length from the first Shelley slot on, so wall-clock time gives the slot and the
slot gives the KES period. Facts of the public networks are those of their genesis files.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from forge_manager.base.text_encoding import encoding_fault

if TYPE_CHECKING:
    from pathlib import Path

MAX_GENESIS_BYTES = 16 * 1024 * 1024
_IMPLAUSIBLE = 1e12  # no slot length, period or count of evolutions comes near


class GenesisUnusableError(Exception):
    """A Shelley genesis file does not give the facts; the message says which and where."""


@dataclass(frozen=True)
class SlotClock:
    """Slot arithmetic of one network. Times are seconds since the Unix epoch."""

    shelley_start: float  # time of the first Shelley slot
    shelley_slot: int  # number of that slot
    slot_seconds: float
    slots_per_kes_period: int
    max_kes_evolutions: int  # periods for which one KES key can sign

    def kes_period_at(self, time: float) -> int:
        """Return the KES period at a time; the first Shelley slot's when it is earlier."""
        elapsed = max(0.0, time - self.shelley_start)
        slot = self.shelley_slot + math.floor(elapsed / self.slot_seconds)
        return slot // self.slots_per_kes_period

    def slot_start(self, slot: int) -> float | None:
        """Return the time at which a slot begins; None before Shelley, where slots were longer."""
        if slot < self.shelley_slot:
            return None
        return self.shelley_start + (slot - self.shelley_slot) * self.slot_seconds

    def kes_period_start(self, period: int) -> float:
        """Return the time at which a KES period begins."""
        slots = period * self.slots_per_kes_period - self.shelley_slot
        return self.shelley_start + slots * self.slot_seconds


@dataclass(frozen=True)
class PublicNetwork:
    """A public network."""

    magic: int
    clock: SlotClock


def _public(magic: int, shelley_slot: int, shelley_start: str) -> PublicNetwork:
    start = datetime.fromisoformat(shelley_start).replace(tzinfo=UTC).timestamp()
    return PublicNetwork(magic, SlotClock(start, shelley_slot, 1.0, 129_600, 62))


PUBLIC_NETWORKS = {
    "mainnet": _public(764_824_073, 4_492_800, "2020-07-29T21:44:51"),
    "preprod": _public(1, 86_400, "2022-06-21T00:00:00"),
    "preview": _public(2, 0, "2022-10-25T00:00:00"),
}


def clock_from_shelley_genesis(content: bytes, path: Path) -> SlotClock:
    """Return the slot clock of a custom network, taking Shelley to begin at slot 0.

    Networks made for tests start in the Shelley era or a later one; one with a Byron era of its own
    is not covered. `path`: where the bytes are from. Raises GenesisUnusableError.
    """
    if len(content) > MAX_GENESIS_BYTES:
        raise GenesisUnusableError(f"{path} is larger than {MAX_GENESIS_BYTES} bytes")
    if fault := encoding_fault(content):
        raise GenesisUnusableError(f"{path} {fault}")
    try:
        genesis = json.loads(content)
    except (ValueError, RecursionError):
        raise GenesisUnusableError(f"{path} is not JSON") from None
    if not isinstance(genesis, dict):
        raise GenesisUnusableError(f"{path} is not a JSON object")
    return SlotClock(
        shelley_start=_system_start(genesis, path),
        shelley_slot=0,
        slot_seconds=_positive(genesis, "slotLength", path),
        slots_per_kes_period=int(_positive(genesis, "slotsPerKESPeriod", path, whole=True)),
        max_kes_evolutions=int(_positive(genesis, "maxKESEvolutions", path, whole=True)),
    )


def _system_start(genesis: dict[str, Any], path: Path) -> float:
    value = genesis.get("systemStart")
    try:
        start = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        start = None
    if start is None:
        raise GenesisUnusableError(f"{path}: systemStart is not an ISO 8601 time")
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()


def _positive(genesis: dict[str, Any], key: str, path: Path, *, whole: bool = False) -> float:
    value = genesis.get(key)
    if isinstance(value, int | float) and 0 < value < _IMPLAUSIBLE:
        number = float(value)
        if number.is_integer() or not whole:
            return number
    kind = "whole number" if whole else "number"
    raise GenesisUnusableError(f"{path}: {key} is not a positive {kind}")

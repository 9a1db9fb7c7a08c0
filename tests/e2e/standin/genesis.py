"""The genesis files that a configuration names, and the slot clock that they define."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from .errors import StartError
from .json_files import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .credentials import Certificate

ERAS = ("Byron", "Shelley", "Alonzo", "Conway")


@dataclass(frozen=True)
class SlotClock:
    """Slots and KES periods of a network that begins with Shelley, as test networks do."""

    system_start: float  # seconds since the Unix epoch
    slot_seconds: float
    slots_per_kes_period: int
    max_kes_evolutions: int

    def slot(self, now: float) -> int:
        """Return the slot at this Unix time."""
        return max(0, int((now - self.system_start) / self.slot_seconds))

    def kes_period(self, now: float) -> int:
        """Return the KES period at this Unix time."""
        return self.slot(now) // self.slots_per_kes_period

    def expiry(self, certificate: Certificate) -> int:
        """Return the first KES period in which this certificate is no longer valid."""
        return certificate.kes_period + self.max_kes_evolutions

    def is_valid(self, certificate: Certificate, now: float) -> bool:
        """Say whether blocks can be signed under this certificate now."""
        return certificate.kes_period <= self.kes_period(now) < self.expiry(certificate)


def read_genesis(settings: Mapping[str, object], config: Path) -> SlotClock:
    """Read the genesis files that config.json's content names, and verify their hashes.

    A genesis path is relative to the configuration's directory; a hash that is not given is not
    verified, as in cardano-node. Raises StartError.
    """
    genesis: dict[str, dict[str, object]] = {}
    for era in ERAS:
        name = settings.get(f"{era}GenesisFile")
        if not isinstance(name, str):
            raise StartError(f"configuration {config}: {era}GenesisFile is not given")
        path = config.parent / name
        genesis[era] = json_object(path, f"{era} genesis")
        _verify_hash(era, path, genesis[era], settings.get(f"{era}GenesisHash"))
    return _slot_clock(genesis["Shelley"], config)


def _verify_hash(era: str, path: Path, content: dict[str, object], expected: object) -> None:
    if expected is None:
        return
    # Byron's hash is that of the canonical JSON, the later ones that of the file as it is.
    hashed = _canonical_json(content) if era == "Byron" else path.read_bytes()
    actual = blake2b(hashed, digest_size=32).hexdigest()
    if actual != expected:
        raise StartError(f"{era} genesis {path}: its hash is {actual}, expected {expected}")


def _canonical_json(content: dict[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _slot_clock(shelley: dict[str, object], config: Path) -> SlotClock:
    match shelley:
        case {
            "systemStart": str(system_start),
            "slotLength": int() | float() as slot_length,
            "slotsPerKESPeriod": int(slots_per_kes_period),
            "maxKESEvolutions": int(max_kes_evolutions),
        } if slot_length > 0 and slots_per_kes_period > 0:
            start = _unix_time(system_start, config)
            return SlotClock(start, slot_length, slots_per_kes_period, max_kes_evolutions)
        case _:
            raise StartError(
                f"Shelley genesis of {config}: systemStart, slotLength, slotsPerKESPeriod or "
                "maxKESEvolutions is missing or of a wrong kind"
            )


def _unix_time(text: str, config: Path) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise StartError(f"Shelley genesis of {config}: systemStart: {error}") from error

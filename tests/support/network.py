"""A custom network for tests: genesis files that begin with Shelley, and their hashes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ERAS = ("byron", "shelley", "alonzo", "conway")
SLOTS_PER_KES_PERIOD = 129600
MAX_KES_EVOLUTIONS = 62


@dataclass(frozen=True)
class CustomNetwork:
    """A network of our own. Slots last a second and are counted from `system_start` (UTC)."""

    magic: int = 42
    system_start: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    )

    def kes_period(self, at: datetime) -> int:
        """Return the KES period of a time."""
        return int((at - self.system_start).total_seconds()) // SLOTS_PER_KES_PERIOD

    def genesis_files(self) -> dict[str, bytes]:
        """Return the genesis files by name, e.g. `shelley-genesis.json`."""
        return {genesis_file(era): _json(self._genesis(era)) for era in ERAS}

    def genesis_hashes(self) -> dict[str, str]:
        """Return config.json's four hash settings, e.g. `ShelleyGenesisHash`: 64 hex digits."""
        hashes = {}
        for era in ERAS:
            content = self._genesis(era)
            # Byron's is the hash of the canonical JSON, the others' of the file.
            hashed = _canonical_json(content) if era == "byron" else _json(content)
            hashes[f"{era.capitalize()}GenesisHash"] = blake2b(hashed, digest_size=32).hexdigest()
        return hashes

    def write(self, directory: Path, settings: Mapping[str, object] | None = None) -> None:
        """Write config.json, topology.json and genesis/ for a node that reads this directory.

        `settings` are further keys of config.json, or other values of its own.
        """
        genesis = directory / "genesis"
        genesis.mkdir(parents=True, exist_ok=True)
        for name, content in self.genesis_files().items():
            (genesis / name).write_bytes(content)
        config: dict[str, object] = {
            "Protocol": "Cardano",
            "RequiresNetworkMagic": "RequiresMagic",
            "LastKnownBlockVersion-Major": 3,
            "LastKnownBlockVersion-Minor": 0,
            "TurnOnLogMetrics": True,
        }
        for era in ERAS:
            config[f"{era.capitalize()}GenesisFile"] = f"genesis/{genesis_file(era)}"
        config |= self.genesis_hashes() | dict(settings or {})
        (directory / "config.json").write_bytes(_json(config))
        roots: list[object] = []
        # An empty list instead of null would ask for a trustable local root.
        topology = {"bootstrapPeers": None, "localRoots": roots, "publicRoots": roots}
        (directory / "topology.json").write_bytes(_json(topology))

    def _genesis(self, era: str) -> dict[str, object]:
        if era == "byron":
            return {
                "protocolConsts": {"k": 2160, "protocolMagic": self.magic},
                "startTime": int(self.system_start.timestamp()),
            }
        if era == "shelley":
            return {
                "activeSlotsCoeff": 0.05,
                "epochLength": 432000,
                "maxKESEvolutions": MAX_KES_EVOLUTIONS,
                "networkId": "Testnet",
                "networkMagic": self.magic,
                "securityParam": 2160,
                "slotLength": 1,
                "slotsPerKESPeriod": SLOTS_PER_KES_PERIOD,
                "systemStart": self.system_start.isoformat().replace("+00:00", "Z"),
            }
        return {"era": era}


def genesis_file(era: str) -> str:
    """Return the name of an era's genesis file."""
    return f"{era}-genesis.json"


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()


def _canonical_json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()

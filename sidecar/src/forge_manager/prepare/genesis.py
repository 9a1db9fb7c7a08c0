"""Genesis files: what the node's configuration demands of each, and how one is verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from forge_manager.prepare.config import CONFIG_FILE, json_object
from forge_manager.prepare.errors import PrepareError

if TYPE_CHECKING:
    from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")


class Era(Enum):
    """The eras that have a genesis file, named as in the configuration's keys."""

    BYRON = "Byron"
    SHELLEY = "Shelley"
    ALONZO = "Alonzo"
    CONWAY = "Conway"

    @property
    def file_name(self) -> str:
        """The file's name in a genesis source directory."""
        return f"{self.value.lower()}-genesis.json"


@dataclass(frozen=True)
class Requirement:
    """One genesis file as the configuration demands it; `hash` None when it gives none."""

    era: Era
    path: Path
    hash: str | None

    def found_hash(self, content: bytes, origin: Path) -> str:
        """Return the hash of some content, as cardano-node computes it for this era.

        blake2b-256 of the bytes; for Byron, of the canonical form of its JSON. Raises PrepareError
        when Byron's is not JSON or has no canonical form.
        """
        if self.era is Era.BYRON:
            content = _canonical(json_object(content, origin), origin)
        return blake2b(content, digest_size=32).hexdigest()


def requirements(config: dict[str, Any], config_directory: Path) -> list[Requirement]:
    """List the genesis files a configuration names. Raises PrepareError for malformed entries.

    The node reads a relative path from the directory of its configuration file.
    """
    found = []
    for era in Era:
        file = config.get(f"{era.value}GenesisFile")
        if file is None:
            continue
        if not isinstance(file, str) or not file or "\0" in file:
            raise PrepareError(f"{CONFIG_FILE}: {era.value}GenesisFile is not a path")
        found.append(Requirement(era, config_directory / file, _expected_hash(config, era)))
    return found


def _expected_hash(config: dict[str, Any], era: Era) -> str | None:
    key = f"{era.value}GenesisHash"
    value = config.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not _HASH.fullmatch(value.lower()):
        raise PrepareError(f"{CONFIG_FILE}: {key} is not a hash of 64 hexadecimal digits")
    return value.lower()


def _canonical(value: object, origin: Path) -> bytes:
    try:
        return "".join(_render(value)).encode()
    except (ValueError, RecursionError):
        raise PrepareError(f"{origin} is not a Byron genesis: it has no canonical form") from None


def _render(value: object) -> list[str]:
    """Render canonical JSON: sorted keys, no spaces, whole numbers, two escapes in strings."""
    if isinstance(value, dict):
        members = [f"{_string(key)}:{''.join(_render(value[key]))}" for key in sorted(value)]
        return ["{", ",".join(members), "}"]
    if isinstance(value, list):
        return ["[", ",".join("".join(_render(item)) for item in value), "]"]
    if isinstance(value, str):
        return [_string(value)]
    if isinstance(value, bool) or value is None:
        return [{True: "true", False: "false", None: "null"}[value]]
    if isinstance(value, int):
        return [str(value)]
    raise ValueError  # a fraction has no canonical form


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""The files that a network fixes by hash, and what the node's configuration demands of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from forge_manager.commands.prepare.config import CONFIG_FILE, json_object
from forge_manager.commands.prepare.errors import PrepareError

if TYPE_CHECKING:
    from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")


class NetworkFile(NamedTuple):
    """One kind of file.

    `title`: its name in messages. `file_key`, `hash_key`: its keys in the node's configuration.
    `source_name`: its name in a directory that has all of them. `url_variable`: the variable with
    its address. `canonical`: its hash is of its JSON's canonical form, not of its bytes.
    `optional`: the node works without it.
    """

    title: str
    file_key: str
    hash_key: str
    source_name: str
    url_variable: str
    canonical: bool = False
    optional: bool = False


def _genesis(era: str, *, canonical: bool = False) -> NetworkFile:
    return NetworkFile(
        title=f"{era} genesis",
        file_key=f"{era}GenesisFile",
        hash_key=f"{era}GenesisHash",
        source_name=f"{era.lower()}-genesis.json",
        url_variable=f"GENESIS_URL_{era.upper()}",
        canonical=canonical,
    )


#: Keys and hashes as in Cardano.Node.Protocol: Byron, Shelley, Alonzo, Conway, Checkpoints.
NETWORK_FILES = (
    _genesis("Byron", canonical=True),
    _genesis("Shelley"),
    _genesis("Alonzo"),
    _genesis("Conway"),
    NetworkFile(
        title="list of checkpoints",
        file_key="CheckpointsFile",
        hash_key="CheckpointsFileHash",
        source_name="checkpoints.json",
        url_variable="CHECKPOINTS_URL",
        optional=True,
    ),
)


@dataclass(frozen=True)
class Requirement:
    """One file as the configuration demands it; `hash` None when it gives none."""

    file: NetworkFile
    path: Path
    hash: str | None

    def found_hash(self, content: bytes, origin: Path) -> str:
        """Return the hash of some content, blake2b-256, as cardano-node computes it.

        Raises PrepareError if the hash is of the canonical form and the content has none.
        """
        if self.file.canonical:
            content = _canonical(json_object(content, origin), origin)
        return blake2b(content, digest_size=32).hexdigest()


def requirements(config: dict[str, Any], config_directory: Path) -> list[Requirement]:
    """List the files that a configuration names. Raises PrepareError for malformed entries.

    The node reads a relative path from the directory of its configuration file.
    """
    found = []
    for file in NETWORK_FILES:
        path = config.get(file.file_key)
        if path is None:
            continue
        if not isinstance(path, str) or not path or "\0" in path:
            raise PrepareError(f"{CONFIG_FILE}: {file.file_key} is not a path")
        expected = _expected_hash(config, file.hash_key)
        found.append(Requirement(file, config_directory / path, expected))
    return found


def _expected_hash(config: dict[str, Any], key: str) -> str | None:
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

"""The checkpoints file that a configuration can name.

As in cardano-node's `Cardano/Node/Protocol/Checkpoints.hs` (readCheckpointsMap).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from .errors import StartError
from .json_files import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HASH_DIGITS = 64


def check_checkpoints(settings: Mapping[str, object], config: Path) -> None:
    """Check CheckpointsFile, if config.json names one, and its hash, if that is given.

    The path is relative to the configuration's directory. Raises StartError.
    """
    name = settings.get("CheckpointsFile")
    if not isinstance(name, str):
        return
    path = config.parent / name
    content = json_object(path, "checkpoints")
    expected = settings.get("CheckpointsFileHash")
    actual = blake2b(path.read_bytes(), digest_size=32).hexdigest()
    if expected is not None and actual != expected:
        raise StartError(f"checkpoints {path}: its hash is {actual}, expected {expected}")
    match content:
        case {"checkpoints": list(checkpoints)}:
            numbers = [_block_number(checkpoint, path) for checkpoint in checkpoints]
        case _:
            raise StartError(f"checkpoints {path}: checkpoints is not a list")
    if len(set(numbers)) < len(numbers):
        raise StartError(f"checkpoints {path}: a block number occurs twice")


def _block_number(checkpoint: object, path: Path) -> int:
    match checkpoint:
        case {"blockNo": int(number), "hash": str(digits)} if len(digits) == _HASH_DIGITS:
            return number
        case _:
            raise StartError(f"checkpoints {path}: {checkpoint!r} is no block number and its hash")

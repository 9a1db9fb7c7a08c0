"""Pool ids: blake2b-224 of the pool's public cold key, as people write them."""

from __future__ import annotations

import re
from hashlib import blake2b

import bech32

_DIGEST_BYTES = 28
_PREFIX = "pool"
_HEX = re.compile(rf"[0-9a-fA-F]{{{2 * _DIGEST_BYTES}}}")


def of_cold_key(cold_vkey: bytes) -> bytes:
    """Return the 28 bytes of the id of the pool with this public cold key."""
    return blake2b(cold_vkey, digest_size=_DIGEST_BYTES).digest()


def to_bech32(pool_id: bytes) -> str:
    """Write an id in bech32, `pool1...`."""
    groups = bech32.convertbits(pool_id, 8, 5) or []  # None is for values above 8 bits only
    return bech32.bech32_encode(_PREFIX, groups)


def parse(text: str) -> bytes | None:
    """Read an id written in bech32 or as 56 hexadecimal digits; None when it is neither."""
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    prefix, groups = bech32.bech32_decode(text)
    if prefix != _PREFIX or groups is None:
        return None
    decoded = bech32.convertbits(groups, 5, 8, False)  # noqa: FBT003 (positional in its API)
    return bytes(decoded) if decoded and len(decoded) == _DIGEST_BYTES else None

"""The KES signing key: a Sum6 key, a binary tree of 64 Ed25519 keys.

Layout of the 608 bytes (cardano-base, Cardano.Crypto.KES.Sum): the seed of the current leaf, then
for each of the 6 levels from the innermost outwards the right sub-tree's seed and the verification
keys of both sub-trees, 32 bytes each. A verification key is blake2b-256 of its two sub-trees'.
"""

from __future__ import annotations

from hashlib import blake2b

from nacl.bindings import crypto_sign_seed_keypair

from forge_manager.credentials import envelope, payload

TYPE = "KesSigningKey_ed25519_kes_2^6"

_KEY_BYTES = 32
_DEPTH = 6
_LEVEL_BYTES = 3 * _KEY_BYTES
SIGNING_KEY_BYTES = _KEY_BYTES + _DEPTH * _LEVEL_BYTES


def parse(content: bytes, *, file: str) -> bytes:
    """Return the 608 bytes of the signing key. Raises RejectionError."""
    inner = envelope.unwrap(content, file=file, type_=TYPE)
    return payload.byte_string(inner, file=file, length=SIGNING_KEY_BYTES)


def verification_key(signing_key: bytes) -> bytes:
    """Return the 32-byte verification key, as cardano-node derives it."""
    return _blake2b_256(signing_key[-2 * _KEY_BYTES :])


def is_consistent(signing_key: bytes) -> bool:
    """Tell whether every seed in the key leads to the verification keys stored beside it."""
    current = _leaf_key(signing_key[:_KEY_BYTES])
    for depth in range(_DEPTH):
        start = _KEY_BYTES + depth * _LEVEL_BYTES
        right_seed, left, right = (
            signing_key[start + i * _KEY_BYTES : start + (i + 1) * _KEY_BYTES] for i in range(3)
        )
        if current == left:
            if _tree_key(right_seed, depth) != right:
                return False
        elif current != right:  # in the right half the seed has been used up and erased
            return False
        current = _blake2b_256(left + right)
    return True


def _tree_key(seed: bytes, depth: int) -> bytes:
    """Return the verification key of a whole sub-tree grown from a seed."""
    if depth == 0:
        return _leaf_key(seed)
    left, right = (_tree_key(_blake2b_256(bytes([side]) + seed), depth - 1) for side in (1, 2))
    return _blake2b_256(left + right)


def _leaf_key(seed: bytes) -> bytes:
    return crypto_sign_seed_keypair(seed)[0]


def _blake2b_256(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()

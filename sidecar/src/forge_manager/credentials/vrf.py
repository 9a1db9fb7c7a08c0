"""The VRF signing key: a seed, then the Ed25519 public key of that seed."""

from __future__ import annotations

from nacl.bindings import crypto_sign_seed_keypair

from forge_manager.credentials import envelope, payload

TYPE = "VrfSigningKey_PraosVRF"

_SEED_BYTES = 32
SIGNING_KEY_BYTES = 64


def parse(content: bytes, *, file: str) -> bytes:
    """Return the 64 bytes of the signing key. Raises RejectionError."""
    inner = envelope.unwrap(content, file=file, type_=TYPE)
    return payload.byte_string(inner, file=file, length=SIGNING_KEY_BYTES)


def is_consistent(signing_key: bytes) -> bool:
    """Tell whether the public half belongs to the seed."""
    seed, public = signing_key[:_SEED_BYTES], signing_key[_SEED_BYTES:]
    return crypto_sign_seed_keypair(seed)[0] == public

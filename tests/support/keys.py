"""Real credential files for tests: a stake pool's keys and certificates, generated on the spot.

Formats are those of cardano-node's text envelopes (KES: the sum composition of depth 6 over
Ed25519; certificate: a CBOR array signed by the cold key). Nothing here is a placeholder: what
`Pool.issue` returns is what a node accepts. The low-level functions let a test damage one field.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import bech32
import cbor2
from nacl.signing import SigningKey

if TYPE_CHECKING:
    from pathlib import Path

KES_TYPE = "KesSigningKey_ed25519_kes_2^6"
VRF_TYPE = "VrfSigningKey_PraosVRF"
OP_CERT_TYPE = "NodeOperationalCertificate"
KES_DEPTH = 6

KES_FILE = "kes.skey"
VRF_FILE = "vrf.skey"
OP_CERT_FILE = "node.cert"

_SEED_BYTES = 32


@dataclass(frozen=True)
class CredentialFiles:
    """The contents of the three files a block producer reads, as JSON text envelopes."""

    kes_skey: bytes = field(repr=False)
    vrf_skey: bytes = field(repr=False)
    op_cert: bytes = field(repr=False)

    def by_name(self) -> dict[str, bytes]:
        """Return the contents by file name, as a Secret's data or a directory has them."""
        return {KES_FILE: self.kes_skey, VRF_FILE: self.vrf_skey, OP_CERT_FILE: self.op_cert}

    def write(self, directory: Path, mode: int = 0o600) -> None:
        """Write kes.skey, vrf.skey and node.cert into an existing directory with this mode."""
        for name, content in self.by_name().items():
            path = directory / name
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)

    def with_kes_of(self, other: CredentialFiles) -> CredentialFiles:
        """Return this set with another's KES key, which this certificate does not name."""
        return replace(self, kes_skey=other.kes_skey)


@dataclass(frozen=True)
class Pool:
    """A stake pool's long-lived keys. Every secret is an Ed25519 seed of 32 bytes."""

    cold_seed: bytes = field(repr=False)
    vrf_seed: bytes = field(repr=False)
    kes_root: bytes | None = field(
        default=None, repr=False
    )  # KES keys are derived from it; None: each is random

    @classmethod
    def generate(cls, seed: bytes | None = None) -> Pool:
        """Make a pool; the same seed (any bytes) gives the same pool and the same files."""
        if seed is None:
            return cls(secrets.token_bytes(_SEED_BYTES), secrets.token_bytes(_SEED_BYTES))
        return cls(_derive(seed, b"cold"), _derive(seed, b"vrf"), _derive(seed, b"kes"))

    @property
    def cold_vkey(self) -> bytes:
        """The pool's public cold key, 32 bytes."""
        return ed25519_public_key(self.cold_seed)

    @property
    def pool_id_hex(self) -> str:
        """blake2b-224 of the public cold key: 56 hexadecimal digits."""
        return blake2b(self.cold_vkey, digest_size=28).hexdigest()

    @property
    def pool_id(self) -> str:
        """The pool id as people write it: bech32 with the prefix `pool`."""
        groups = bech32.convertbits(bytes.fromhex(self.pool_id_hex), 8, 5)
        assert groups is not None
        return bech32.bech32_encode("pool", groups)

    def issue(self, counter: int = 0, kes_period: int = 0) -> CredentialFiles:
        """Issue a fresh KES key and its certificate, valid from `kes_period` on.

        With a seeded pool the same counter and period give the same key.
        """
        if self.kes_root is None:
            kes_seed = secrets.token_bytes(_SEED_BYTES)
        else:
            kes_seed = _derive(self.kes_root, f"{counter}/{kes_period}".encode())
        kes_skey, kes_vkey = sum6kes_generate(kes_seed)
        return CredentialFiles(
            kes_skey=kes_envelope(kes_skey),
            vrf_skey=vrf_envelope(vrf_signing_key(self.vrf_seed)),
            op_cert=op_cert_envelope(
                kes_vkey,
                counter,
                kes_period,
                sign_op_cert(self.cold_seed, kes_vkey, counter, kes_period),
                self.cold_vkey,
            ),
        )


def _derive(seed: bytes, purpose: bytes) -> bytes:
    return blake2b(seed, digest_size=_SEED_BYTES, person=b"test key", salt=_salt(purpose)).digest()


def _salt(purpose: bytes) -> bytes:
    return blake2b(purpose, digest_size=16).digest()


def ed25519_public_key(seed: bytes) -> bytes:
    """Return the 32-byte Ed25519 public key of a 32-byte seed."""
    return bytes(SigningKey(seed).verify_key)


def vrf_signing_key(seed: bytes) -> bytes:
    """Return the 64-byte VRF signing key: the seed, then its Ed25519 public key."""
    return seed + ed25519_public_key(seed)


def sum6kes_generate(seed: bytes) -> tuple[bytes, bytes]:
    """Generate a Sum6KES key at its first period: (signing key 608 B, verification key 32 B).

    The signing key is the 32-byte leaf seed, then for each level from the innermost outwards the
    right sub-tree's seed and both sub-trees' verification keys, 32 bytes each.
    """
    return _sum_kes_generate(seed, KES_DEPTH)


def _sum_kes_generate(seed: bytes, depth: int) -> tuple[bytes, bytes]:
    if depth == 0:
        return seed, ed25519_public_key(seed)
    left_seed, right_seed = (_blake2b_256(bytes([side]) + seed) for side in (1, 2))
    left_skey, left_vkey = _sum_kes_generate(left_seed, depth - 1)
    _, right_vkey = _sum_kes_generate(right_seed, depth - 1)
    skey = left_skey + right_seed + left_vkey + right_vkey
    return skey, _blake2b_256(left_vkey + right_vkey)


def _blake2b_256(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def sign_op_cert(cold_seed: bytes, kes_vkey: bytes, counter: int, kes_period: int) -> bytes:
    """Sign KES vkey, counter and period (both 8 bytes big-endian) with the cold key: 64 bytes."""
    message = kes_vkey + counter.to_bytes(8, "big") + kes_period.to_bytes(8, "big")
    return SigningKey(cold_seed).sign(message).signature


def envelope(type_: str, description: str, payload: bytes) -> bytes:
    """Wrap CBOR bytes into a JSON text envelope, laid out as cardano-cli writes it."""
    fields = {"type": type_, "description": description, "cborHex": payload.hex()}
    return (json.dumps(fields, indent=4) + "\n").encode()


def kes_envelope(skey: bytes) -> bytes:
    """Return kes.skey for a signing key (608 bytes when it is a good one)."""
    return envelope(KES_TYPE, "KES Signing Key", cbor2.dumps(skey))


def vrf_envelope(skey: bytes) -> bytes:
    """Return vrf.skey for a signing key (64 bytes when it is a good one)."""
    return envelope(VRF_TYPE, "VRF Signing Key", cbor2.dumps(skey))


def op_cert_envelope(
    kes_vkey: bytes, counter: int, kes_period: int, signature: bytes, cold_vkey: bytes
) -> bytes:
    """Return node.cert for these fields, whether or not they belong together."""
    payload = cbor2.dumps([[kes_vkey, counter, kes_period, signature], cold_vkey])
    return envelope(OP_CERT_TYPE, "", payload)

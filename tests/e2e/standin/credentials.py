"""What cardano-node checks of its signing files, no more and no less.

At start: all three readable, the KES key is the certificate's, and others may not touch the VRF
key's file. It verifies neither the certificate's signature nor the VRF key's public half.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from . import cbor
from .errors import MissingFileError, StartError

if TYPE_CHECKING:
    from pathlib import Path

    from .settings import CredentialPaths
    from .versions import NodeVersion

KES_SKEY_BYTES = 608  # Sum6KES: a seed and six levels of a seed and two keys
VRF_SKEY_BYTES = 64
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_WORD64 = 2**64


@dataclass(frozen=True)
class Certificate:
    """What a node knows of its operational certificate once it has read it."""

    kes_vkey: bytes
    counter: int
    kes_period: int


def check_vrf_permissions(path: Path, version: NodeVersion) -> str | None:
    """Look who may touch the VRF key's file; return a warning, if any. Raises StartError.

    Others may do nothing with it. For its group versions differ: an error or a warning.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise StartError(f"VRF signing key {path}: {error.strerror}") from error
    key = f"VRF signing key {path}: "
    must = f"have permissions on it (mode {mode:04o}); it must be its owner's alone"
    if mode & stat.S_IRWXO:
        raise StartError(f"{key}others {must}")
    if not mode & stat.S_IRWXG:
        return None
    if version.vrf_group_refused:
        raise StartError(f"{key}its group's members {must}")
    return f"{key}its group's members {must}"


def read_all(paths: CredentialPaths) -> Certificate:
    """Read the three files in the node's order. Raises StartError for the first that is unfit.

    The first decides: a file that is missing counts as missing (MissingFileError) only when those
    before it are fit. (cardano-node, `Cardano/Node/Protocol/Shelley.hs`,
    readLeaderCredentialsSingleton and opCertKesKeyCheck.)
    """
    _byte_string(paths.vrf_skey, "VRF signing key", "VrfSigningKey_PraosVRF", VRF_SKEY_BYTES)
    certificate = _certificate(paths.op_cert)
    kes_skey = _byte_string(
        paths.kes_skey, "KES signing key", "KesSigningKey_ed25519_kes_2^6", KES_SKEY_BYTES
    )
    if kes_verification_key(kes_skey) != certificate.kes_vkey:
        raise StartError(
            f"KES signing key {paths.kes_skey} is not the one that the operational "
            f"certificate {paths.op_cert} was issued for"
        )
    return certificate


def kes_verification_key(skey: bytes) -> bytes:
    """Return the hash of the outermost pair of sub-tree keys, which end a Sum6KES key."""
    return blake2b(skey[-2 * KEY_BYTES :], digest_size=KEY_BYTES).digest()


def _certificate(path: Path) -> Certificate:
    what = "operational certificate"
    match _payload(path, what, "NodeOperationalCertificate"):
        case [[bytes(kes_vkey), int(counter), int(kes_period), bytes(signature)], bytes(cold_vkey)]:
            pass
        case _:
            raise StartError(
                f"{what} {path}: not an array of (KES key, counter, period, signature) "
                "and the cold key"
            )
    lengths = (len(kes_vkey), len(signature), len(cold_vkey))
    if lengths != (KEY_BYTES, SIGNATURE_BYTES, KEY_BYTES):
        raise StartError(f"{what} {path}: a key or the signature has a wrong length: {lengths}")
    if counter >= _WORD64 or kes_period >= _WORD64:
        raise StartError(f"{what} {path}: counter or period is not a 64-bit number")
    return Certificate(kes_vkey, counter, kes_period)


def _byte_string(path: Path, what: str, type_: str, length: int) -> bytes:
    payload = _payload(path, what, type_)
    if not isinstance(payload, bytes) or len(payload) != length:
        raise StartError(f"{what} {path}: not a byte string of {length} bytes")
    return payload


def _payload(path: Path, what: str, type_: str) -> cbor.Value:
    """Open a text envelope of this type and decode what is in it."""
    # As in cardano-api, `Cardano/Api/Internal/IO` (fileIOExceptT): a directory, or a file in one
    # that may not be searched, does not exist.
    if not os.path.isfile(path):  # noqa: PTH113 -- Path.is_file raises for the latter
        raise MissingFileError(f"{what} {path}: the file does not exist")
    try:
        envelope = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise StartError(f"{what} {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise StartError(f"{what} {path}: not JSON: {error}") from error
    match envelope:
        case {"type": str(actual_type), "description": str(), "cborHex": str(cbor_hex)}:
            pass
        case _:
            raise StartError(f"{what} {path}: no text envelope (type, description, cborHex)")
    if actual_type != type_:
        raise StartError(f"{what} {path}: type {actual_type!r} where {type_!r} is expected")
    try:
        return cbor.decode(_bytes_from_hex(cbor_hex))
    except ValueError as error:
        raise StartError(f"{what} {path}: cborHex: {error}") from error


def _bytes_from_hex(text: str) -> bytes:
    if any(character.isspace() for character in text):  # bytes.fromhex would skip them
        raise ValueError("white space between hexadecimal digits")
    return bytes.fromhex(text)

"""The CBOR inside an envelope."""

from __future__ import annotations

import cbor2

from forge_manager.credentials.verdict import RejectionError
from forge_manager.reasons import Reason

_CBOR_MAJOR_BYTES = 2
_CBOR_MAJOR_ARRAY = 4


def decode(payload: bytes, *, file: str) -> object:
    """Decode one item: byte strings, unsigned integers and arrays of them, nothing else.

    Only the shortest, definite form is accepted, the one every Cardano tool writes: then the bytes
    mean one thing, and nothing can follow or hide in them. Raises RejectionError.
    """
    # Tags, maps and floats never occur here: refused before a decoder acts on them.
    if not payload or payload[0] >> 5 not in (_CBOR_MAJOR_BYTES, _CBOR_MAJOR_ARRAY):
        raise _wrong_shape(file)
    try:
        value = cbor2.loads(payload)
        canonical = _is_plain(value) and cbor2.dumps(value) == payload
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError, MemoryError):
        raise RejectionError(
            Reason.PAYLOAD_NOT_CBOR,
            f"{file}: cborHex does not hold valid CBOR; the file is damaged, copy it again",
        ) from None
    if not canonical:
        raise _wrong_shape(file)
    return value


def byte_string(payload: bytes, *, file: str, length: int) -> bytes:
    """Decode a byte string of exactly this length. Raises RejectionError."""
    value = decode(payload, file=file)
    if not isinstance(value, bytes):
        raise _wrong_shape(file)
    if len(value) != length:
        raise RejectionError(
            Reason.PAYLOAD_SHAPE_WRONG,
            f"{file} holds {len(value)} bytes of key where cardano-node needs {length}; make it "
            "again with cardano-cli, which writes the form the node reads",
        )
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return isinstance(value, bytes) or (isinstance(value, int) and not isinstance(value, bool))


def _wrong_shape(file: str) -> RejectionError:
    return RejectionError(
        Reason.PAYLOAD_SHAPE_WRONG,
        f"{file}: the CBOR is not of the shape cardano-node reads; make the file again with "
        "cardano-cli",
    )

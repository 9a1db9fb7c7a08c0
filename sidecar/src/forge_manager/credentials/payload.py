"""The CBOR inside an envelope."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NoReturn

import cbor2

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import RejectionError

_MAX_DEPTH = 4  # a certificate has two levels


class _RefuseTags(dict[int, Callable[[Any, bool], Any]]):
    """Stands for a decoder of every tag: none occurs in these files, and none is acted on."""

    def __missing__(self, tag: int) -> NoReturn:
        raise ValueError(tag)


def decode(payload: bytes, *, file: str) -> object:
    """Decode exactly one item: byte strings, integers and arrays of them, nothing else.

    As cardano-node's decoder does, it wants definite lengths and nothing behind the item. Raises
    RejectionError.
    """
    stream = io.BytesIO(payload)
    decoder = cbor2.CBORDecoder(
        stream, semantic_decoders=_RefuseTags(), allow_indefinite=False, max_depth=_MAX_DEPTH
    )
    try:
        value = decoder.decode()
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, MemoryError, RecursionError):
        raise RejectionError(
            Reason.PAYLOAD_NOT_CBOR,
            f"{file}: cborHex does not hold valid CBOR; the file is damaged, copy it again",
        ) from None
    if stream.tell() != len(payload) or not _is_plain(value):
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
            f"{file} holds {len(value)} bytes of key, but cardano-node needs {length}; make it "
            "again with cardano-cli, which writes the form that the node reads",
        )
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    return isinstance(value, bytes) or (isinstance(value, int) and not isinstance(value, bool))


def _wrong_shape(file: str) -> RejectionError:
    return RejectionError(
        Reason.PAYLOAD_SHAPE_WRONG,
        f"{file}: the CBOR does not have the structure that cardano-node reads; make the file "
        "again with cardano-cli",
    )

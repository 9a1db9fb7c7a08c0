"""As much CBOR (RFC 8949) as credential files contain: integers, byte strings, arrays.

Like the node's decoder it wants definite lengths and nothing behind the value.
"""

from __future__ import annotations

UNSIGNED, BYTES, ARRAY = 0, 2, 4
_MAX_DEPTH = 4

Value = int | bytes | list["Value"]


class CborError(ValueError):
    """The bytes are not the CBOR that credential files consist of."""


def decode(data: bytes) -> Value:
    """Decode exactly one value. Raises CborError."""
    value, end = _decode_at(data, 0, _MAX_DEPTH)
    if end != len(data):
        raise CborError(f"{len(data) - end} bytes too many after the value")
    return value


def _decode_at(data: bytes, start: int, depth: int) -> tuple[Value, int]:
    if depth == 0:
        raise CborError("nested too deep")
    major, argument, position = _head(data, start)
    if major == UNSIGNED:
        return argument, position
    if major == BYTES:
        end = position + argument
        if end > len(data):
            raise CborError("ends inside a byte string")
        return data[position:end], end
    if major == ARRAY:
        items: list[Value] = []
        for _ in range(argument):
            item, position = _decode_at(data, position, depth - 1)
            items.append(item)
        return items, position
    raise CborError(f"unexpected major type {major}")


def _head(data: bytes, start: int) -> tuple[int, int, int]:
    """Return major type, argument, and where the content starts."""
    if start >= len(data):
        raise CborError("ends too early")
    major, info = data[start] >> 5, data[start] & 0x1F
    start += 1
    if info < 24:  # RFC 8949, section 3: up to 23 is the argument itself
        return major, info, start
    if info > 27:  # 28 to 30 are reserved, 31 is an indefinite length
        raise CborError("indefinite or reserved length")
    end = start + (1 << (info - 24))
    if end > len(data):
        raise CborError("ends inside a length")
    return major, int.from_bytes(data[start:end], "big"), end

"""The JSON text envelope around each signing file: {type, description, cborHex}."""

from __future__ import annotations

import json
import re

from forge_manager.base.reasons import Reason
from forge_manager.base.text_encoding import encoding_fault
from forge_manager.credentials.verdict import RejectionError

_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


def unwrap(content: bytes, *, file: str, type_: str) -> bytes:
    """Return the CBOR bytes inside an envelope of exactly this type.

    `file` names it in messages. Raises RejectionError. cardano-node requires all three keys, and
    exactly this type (cardano-api, TextEnvelope).
    """
    envelope = _parse(content, file)
    found = envelope["type"]
    if found != type_:
        raise RejectionError(
            Reason.ENVELOPE_TYPE_WRONG,
            f"{file} is not of type {type_!r}, the only one cardano-node accepts here; put the "
            "right file under this name, or make it again with cardano-cli",
        )
    payload = envelope["cborHex"]
    if not _HEX.fullmatch(payload):
        raise RejectionError(
            Reason.ENVELOPE_MALFORMED,
            f"{file}: cborHex is not an even number of hexadecimal digits; the file is damaged, "
            "copy it again",
        )
    return bytes.fromhex(payload)


def _parse(content: bytes, file: str) -> dict[str, str]:
    # `from None` throughout: a decoding error carries the whole document.
    try:
        envelope = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        if fault := encoding_fault(content):
            raise RejectionError(Reason.ENVELOPE_NOT_JSON, f"{file} {fault}") from None
        raise RejectionError(
            Reason.ENVELOPE_NOT_JSON,
            f"{file} is not JSON; copy the JSON text envelope that cardano-cli wrote, unchanged "
            "(in a Secret: base64 once, not twice)",
        ) from None
    keys = ("type", "description", "cborHex")
    if not isinstance(envelope, dict) or not all(isinstance(envelope.get(k), str) for k in keys):
        raise RejectionError(
            Reason.ENVELOPE_MALFORMED,
            f"{file} is not a text envelope: it needs the strings type, description and cborHex",
        )
    return {key: envelope[key] for key in keys}


def _refuse_constant(_name: str) -> None:
    raise ValueError  # NaN and Infinity are not JSON

"""UTF-8 without a byte order mark: the node reads nothing else, and some editors save others."""

from __future__ import annotations

import codecs

#: The longer ones first: UTF-32's mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def encoding_fault(content: bytes) -> str:
    """Say what keeps these bytes from being read as UTF-8, and what to do; "" for nothing."""
    if content.startswith(codecs.BOM_UTF8):
        return "begins with a byte order mark (BOM): save it as UTF-8 without one"
    for mark, name in _MARKS:
        if content.startswith(mark):
            return f"is {name}: save it as UTF-8 without a byte order mark (BOM)"
    if b"\0" in content[:2]:  # text begins with "{" or "[", which takes one byte in UTF-8
        return "is UTF-16 or UTF-32: save it as UTF-8"
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start}): save it as UTF-8"
    return ""

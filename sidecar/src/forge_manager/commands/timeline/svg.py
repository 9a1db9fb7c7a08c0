"""A small writer of SVG: elements with escaped texts and attributes."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

#: What XML 1.0 has no place for, escaped or not (https://www.w3.org/TR/xml/#charsets).
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def element(name: str, *content: str, **attributes: str | float) -> str:
    """Return an element; `content` is SVG already. A `_` in an attribute's name is a hyphen.

    One at the end of a name is left out: `class_`.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_shown(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{''.join(content)}</{name}>" if content else f"<{name}{given}/>"


def text(said: str) -> str:
    """Return any text as content of an element."""
    return escape(_NO_CHARACTER.sub(_REPLACEMENT, said))


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return _NO_CHARACTER.sub(_REPLACEMENT, value)
    return f"{value:.1f}".removesuffix(".0")

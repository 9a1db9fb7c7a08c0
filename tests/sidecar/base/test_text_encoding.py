"""Bytes that are not plain UTF-8 are named, with the way out."""

from __future__ import annotations

import codecs

import pytest

from forge_manager.base.text_encoding import encoding_fault

TEXT = '{"a": "\u00e4"}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (codecs.BOM_UTF8 + TEXT.encode(), "byte order mark"),
        (TEXT.encode("utf-16"), "is UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16 or"),
        (TEXT.encode("utf-16-le"), "UTF-16 or"),
        (TEXT.encode("utf-32"), "is UTF-32"),
        (TEXT.encode("utf-32-be"), "UTF-16 or"),
        (TEXT.encode("latin-1"), "not UTF-8 (byte 7)"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_what_is_not_utf_8_is_named_with_the_way_out(content: bytes, said: str) -> None:
    fault = encoding_fault(content)
    assert said in fault
    assert "save it as UTF-8" in fault


@pytest.mark.parametrize("content", [b"", b"{}", TEXT.encode(), b"[", b'{"a": "\\u0000"}'])
def test_utf_8_is_fine(content: bytes) -> None:
    assert encoding_fault(content) == ""

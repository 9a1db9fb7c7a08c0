"""A self-signed certificate for 127.0.0.1, made anew by each test: X.509 of Ed25519, in DER."""

from __future__ import annotations

import base64
import hashlib
import secrets
from pathlib import Path
from typing import NamedTuple

from nacl.signing import SigningKey

_ED25519 = bytes.fromhex("300506032b6570")
_COMMON_NAME = bytes.fromhex("0603550403")


class Certificate(NamedTuple):
    """Files in PEM."""

    certificate: Path
    key: Path


def generate(directory: Path) -> Certificate:
    """Make one in this directory."""
    key = SigningKey.generate()
    body = _body(bytes(key.verify_key))
    certificate = _sequence(body, _ED25519, _bits(key.sign(body).signature))
    private = _sequence(_integer(0), _ED25519, _value(4, _value(4, bytes(key))))
    made = Certificate(directory / "tls.crt", directory / "tls.key")
    made.certificate.write_text(_pem("CERTIFICATE", certificate))
    made.key.write_text(_pem("PRIVATE KEY", private))
    return made


def _body(public: bytes) -> bytes:
    name = _sequence(_value(0x31, _sequence(_COMMON_NAME, _value(12, b"a test"))))
    validity = _sequence(_value(23, b"200101000000Z"), _value(23, b"491231000000Z"))
    digest = hashlib.sha1(public, usedforsecurity=False).digest()
    extensions = _sequence(
        _extension("551d13", _sequence(_value(1, b"\xff")), critical=True),  # a CA
        _extension("551d0f", bytes.fromhex("03020284"), critical=True),  # signs, certificates too
        _extension("551d0e", _value(4, digest)),
        _extension("551d23", _sequence(_value(0x80, digest))),
        _extension("551d11", _sequence(_value(0x87, bytes([127, 0, 0, 1])))),
    )
    return _sequence(
        _value(0xA0, _integer(2)),
        _integer(1 + secrets.randbelow(2**60)),
        _ED25519,
        name,
        validity,
        name,
        _sequence(_ED25519, _bits(public)),
        _value(0xA3, extensions),
    )


def _extension(oid: str, content: bytes, *, critical: bool = False) -> bytes:
    flag = _value(1, b"\xff") if critical else b""
    return _sequence(_value(6, bytes.fromhex(oid)), flag, _value(4, content))


def _integer(number: int) -> bytes:
    return _value(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _value(3, b"\0" + content)


def _sequence(*parts: bytes) -> bytes:
    return _value(0x30, b"".join(parts))


def _value(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _pem(kind: str, content: bytes) -> str:
    text = base64.encodebytes(content).decode()
    return f"-----BEGIN {kind}-----\n{text}-----END {kind}-----\n"

"""Sets of signing files, each with one thing wrong, and what must be found in it."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cbor2

from forge_manager.base.reasons import Reason
from tests.support.keys import (
    KES_TYPE,
    OP_CERT_TYPE,
    VRF_TYPE,
    CredentialFiles,
    Pool,
    envelope,
    kes_envelope,
    op_cert_envelope,
    sign_op_cert,
    sum6kes_generate,
    vrf_envelope,
    vrf_signing_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

POOL = Pool.generate(b"damage")
OTHER_POOL = Pool.generate(b"another pool")
GOOD = POOL.issue()

#: The clock of `tests.support.network`'s kind of network: Shelley from slot 0, 62 evolutions.
MAX_KES_EVOLUTIONS = 62

_KES_SKEY, _KES_VKEY = sum6kes_generate(bytes(range(32)))
_SIGNATURE = sign_op_cert(POOL.cold_seed, _KES_VKEY, 0, 0)
_CERT_FIELDS = (_KES_VKEY, 0, 0, _SIGNATURE, POOL.cold_vkey)
_VRF_SKEY = vrf_signing_key(POOL.vrf_seed)
_MATCHING = replace(GOOD, kes_skey=kes_envelope(_KES_SKEY), op_cert=op_cert_envelope(*_CERT_FIELDS))


@dataclass(frozen=True)
class Damage:
    """A damaged set. `node_exits`: cardano-node does not start with these files."""

    name: str
    files: CredentialFiles
    reason: Reason
    node_exits: bool


def damages() -> list[Damage]:
    """List every way of being wrong that the checks know."""
    return [
        *_not_an_envelope(),
        *_wrong_payload(),
        *_wrong_certificate_shape(),
        *_not_belonging_together(),
        *_wrong_period(),
    ]


def _blocks(name: str, reason: Reason, **files: bytes) -> Damage:
    return Damage(name, replace(GOOD, **files), reason, node_exits=True)


def _not_an_envelope() -> Iterator[Damage]:
    yield _blocks("KES file empty", Reason.SOURCE_EMPTY, kes_skey=b"")
    yield _blocks("VRF file is a placeholder", Reason.ENVELOPE_NOT_JSON, vrf_skey=b"placeholder")
    yield _blocks("certificate cut short", Reason.ENVELOPE_NOT_JSON, op_cert=GOOD.op_cert[:200])
    yield _blocks("KES file not UTF-8", Reason.ENVELOPE_NOT_JSON, kes_skey=b"\xff" + GOOD.kes_skey)
    marked = codecs.BOM_UTF8 + GOOD.kes_skey
    yield _blocks("KES file with a byte order mark", Reason.ENVELOPE_NOT_JSON, kes_skey=marked)
    wide = GOOD.op_cert.decode().encode("utf-16")
    yield _blocks("certificate in UTF-16", Reason.ENVELOPE_NOT_JSON, op_cert=wide)
    yield _blocks("VRF file deeply nested", Reason.ENVELOPE_NOT_JSON, vrf_skey=b"[" * 10_000)
    yield _blocks("certificate is a list", Reason.ENVELOPE_MALFORMED, op_cert=b"[]")
    for key in ("type", "description", "cborHex"):
        fields = json.loads(GOOD.kes_skey)
        del fields[key]
        content = json.dumps(fields).encode()
        yield _blocks(f"KES file without {key}", Reason.ENVELOPE_MALFORMED, kes_skey=content)
    yield _blocks(
        "KES type of another tool",
        Reason.ENVELOPE_TYPE_WRONG,
        kes_skey=GOOD.kes_skey.replace(KES_TYPE.encode(), b"KESSigningKey_PraosV2"),
    )
    yield _blocks(
        "VRF type of another tool",
        Reason.ENVELOPE_TYPE_WRONG,
        vrf_skey=GOOD.vrf_skey.replace(VRF_TYPE.encode(), b"VRFSigningKey_PraosVRF"),
    )
    yield Damage(
        "KES and VRF files exchanged",
        replace(GOOD, kes_skey=GOOD.vrf_skey, vrf_skey=GOOD.kes_skey),
        Reason.ENVELOPE_TYPE_WRONG,
        node_exits=True,
    )
    spaced = json.dumps({"type": VRF_TYPE, "description": "", "cborHex": "58 40" + "00" * 64})
    yield _blocks("VRF hex with a space", Reason.ENVELOPE_MALFORMED, vrf_skey=spaced.encode())
    odd = GOOD.op_cert.replace(b'"cborHex": "', b'"cborHex": "0')
    yield _blocks("certificate hex of odd length", Reason.ENVELOPE_MALFORMED, op_cert=odd)


def _wrong_payload() -> Iterator[Damage]:
    def kes(payload: bytes) -> bytes:
        return envelope(KES_TYPE, "", payload)

    cut = cbor2.dumps(_KES_SKEY)[:-1]
    yield _blocks("KES payload cut short", Reason.PAYLOAD_NOT_CBOR, kes_skey=kes(cut))
    indefinite = b"\x5f" + cbor2.dumps(_KES_SKEY) + b"\xff"
    yield _blocks("KES payload indefinite", Reason.PAYLOAD_NOT_CBOR, kes_skey=kes(indefinite))
    trailing = cbor2.dumps(_KES_SKEY) + b"\0"
    yield _blocks("KES payload and more", Reason.PAYLOAD_SHAPE_WRONG, kes_skey=kes(trailing))
    text = cbor2.dumps("key")
    yield _blocks("KES payload a text", Reason.PAYLOAD_SHAPE_WRONG, kes_skey=kes(text))
    for size in (0, 607, 609):
        payload = cbor2.dumps(bytes(size))
        yield _blocks(f"KES key of {size} B", Reason.PAYLOAD_SHAPE_WRONG, kes_skey=kes(payload))
    for size in (32, 63, 65):
        content = vrf_envelope(_VRF_SKEY[:size].ljust(size, b"\0"))
        yield _blocks(f"VRF key of {size} B", Reason.PAYLOAD_SHAPE_WRONG, vrf_skey=content)


def _wrong_certificate_shape() -> Iterator[Damage]:
    kes_vkey, counter, period, signature, cold_vkey = _CERT_FIELDS
    shapes: dict[str, object] = {
        "certificate flat": [kes_vkey, counter, period, signature, cold_vkey],
        "certificate without cold key": [[kes_vkey, counter, period, signature]],
        "certificate with a fifth field": [[kes_vkey, counter, period, signature, 0], cold_vkey],
        "certificate counter negative": [[kes_vkey, -1, period, signature], cold_vkey],
        "certificate counter a boolean": [[kes_vkey, True, period, signature], cold_vkey],
        "certificate KES key short": [[kes_vkey[:-1], counter, period, signature], cold_vkey],
        "certificate signature short": [[kes_vkey, counter, period, signature[:-1]], cold_vkey],
        "certificate cold key long": [[kes_vkey, counter, period, signature], cold_vkey + b"\0"],
    }
    for name, value in shapes.items():
        content = envelope(OP_CERT_TYPE, "", cbor2.dumps(value))
        yield _blocks(name, Reason.PAYLOAD_SHAPE_WRONG, op_cert=content)
    tagged = envelope(OP_CERT_TYPE, "", cbor2.dumps([[kes_vkey, 2**64, period, signature], b""]))
    yield _blocks("certificate counter a tag", Reason.PAYLOAD_NOT_CBOR, op_cert=tagged)


def _not_belonging_together() -> Iterator[Damage]:
    other = POOL.issue(counter=1)
    yield _blocks("KES key of another cert", Reason.KES_KEY_MISMATCH, kes_skey=other.kes_skey)
    flipped = _flip(_KES_SKEY, -1)
    yield Damage(
        "KES key: last public byte flipped",
        replace(_MATCHING, kes_skey=kes_envelope(flipped)),
        Reason.KES_KEY_MISMATCH,
        node_exits=True,
    )
    warned = {
        "KES key: leaf seed flipped": (
            replace(_MATCHING, kes_skey=kes_envelope(_flip(_KES_SKEY, 0))),
            Reason.KES_KEY_INCONSISTENT,
        ),
        "VRF key: seed flipped": (
            replace(GOOD, vrf_skey=vrf_envelope(_flip(_VRF_SKEY, 0))),
            Reason.VRF_KEY_INCONSISTENT,
        ),
        "certificate signature flipped": (
            _certificate(signature=_flip(_SIGNATURE, 0)),
            Reason.OP_CERT_SIGNATURE_INVALID,
        ),
        "certificate counter raised": (
            _certificate(counter=1),
            Reason.OP_CERT_SIGNATURE_INVALID,
        ),
        "certificate cold key of another pool": (
            _certificate(cold_vkey=OTHER_POOL.cold_vkey),
            Reason.OP_CERT_SIGNATURE_INVALID,
        ),
        "files of another pool": (OTHER_POOL.issue(), Reason.POOL_ID_MISMATCH),
    }
    for name, (files, reason) in warned.items():
        yield Damage(name, files, reason, node_exits=False)


def _wrong_period() -> Iterator[Damage]:
    yield Damage(
        "certificate for a future period",
        POOL.issue(kes_period=100_000),
        Reason.KES_PERIOD_IN_FUTURE,
        node_exits=False,
    )


def _certificate(
    counter: int = 0, signature: bytes = _SIGNATURE, cold_vkey: bytes = POOL.cold_vkey
) -> CredentialFiles:
    content = op_cert_envelope(_KES_VKEY, counter, 0, signature, cold_vkey)
    return replace(_MATCHING, op_cert=content)


def _flip(data: bytes, index: int) -> bytes:
    damaged = bytearray(data)
    damaged[index] ^= 1
    return bytes(damaged)

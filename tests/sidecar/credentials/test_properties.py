"""Whatever the bytes: a verdict, quickly, and never an exception."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import cbor2
from hypothesis import given, settings
from hypothesis import strategies as st

from forge_manager.credentials import pool_id
from tests.sidecar.credentials.damage import GOOD, POOL
from tests.sidecar.credentials.judging import failed, judge
from tests.support.keys import KES_TYPE, OP_CERT_TYPE, VRF_TYPE, envelope

_FAST = settings(max_examples=300, deadline=timedelta(seconds=2))

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=10,
)
_cbor = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=80) | st.text(),
    lambda children: st.lists(children, max_size=5) | st.tuples(children, children),
    max_leaves=12,
)
_type = st.sampled_from([KES_TYPE, VRF_TYPE, OP_CERT_TYPE])
_file = st.one_of(
    st.binary(max_size=2_000),
    _json.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda t, p: envelope(t, "", p), _type, st.binary(max_size=800)),
    st.builds(lambda t, v: envelope(t, "", cbor2.dumps(v)), _type, _cbor),
    st.builds(
        lambda t, hexes: json.dumps({"type": t, "description": "", "cborHex": hexes}).encode(),
        _type,
        st.text(alphabet="0123456789abcdefABCDEF \n", max_size=200),
    ),
)


@_FAST
@given(kes=_file, vrf=_file, op_cert=_file)
def test_any_files_get_a_verdict(kes: bytes, vrf: bytes, op_cert: bytes) -> None:
    verdict = judge(replace(GOOD, kes_skey=kes, vrf_skey=vrf, op_cert=op_cert))
    assert verdict.checks
    assert all(check.detail for check in verdict.checks)
    assert (verdict.blocker is None) or verdict.blocker.reason is not None


@_FAST
@given(now=st.floats(allow_nan=False, min_value=-1e12, max_value=1e12))
def test_any_time_gets_a_verdict(now: float) -> None:
    assert judge(GOOD, now=now).blocker is None


@_FAST
@given(text=st.text(max_size=120) | st.text(alphabet="pol1qxz2ac", max_size=70))
def test_any_text_as_pool_id_gets_a_verdict(text: str) -> None:
    assert judge(GOOD, pool_id=text).blocker is None


@_FAST
@given(digest=st.binary(min_size=28, max_size=28))
def test_a_pool_id_is_read_back_as_it_was_written(digest: bytes) -> None:
    assert pool_id.parse(pool_id.to_bech32(digest)) == digest
    assert pool_id.parse(digest.hex()) == digest


@_FAST
@given(
    file=st.sampled_from(["kes_skey", "vrf_skey", "op_cert"]),
    position=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_a_flipped_bit_in_any_payload_is_noticed(file: str, position: int, bit: int) -> None:
    content: bytes = getattr(GOOD, file)
    fields = json.loads(content)
    payload = bytearray.fromhex(fields["cborHex"])
    payload[position % len(payload)] ^= 1 << bit
    fields["cborHex"] = payload.hex()
    damaged = replace(GOOD, **{file: json.dumps(fields).encode()})
    assert failed(judge(damaged, pool_id=POOL.pool_id))

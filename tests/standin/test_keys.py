"""The key generator's files have the layout that cardano-node reads."""

from __future__ import annotations

import json
import stat
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

import cbor2
import pytest
from nacl.signing import SigningKey, VerifyKey

from tests.support.keys import (
    CredentialFiles,
    Pool,
    ed25519_public_key,
    sum6kes_generate,
)

if TYPE_CHECKING:
    from pathlib import Path

POOL = Pool.generate(b"a pool")


Certificate = tuple[tuple[bytes, int, int, bytes], bytes]


def cbor_of(file: bytes) -> bytes:
    return bytes.fromhex(json.loads(file)["cborHex"])


def payload(file: bytes) -> bytes:
    return cast("bytes", cbor2.loads(cbor_of(file)))


def certificate(file: bytes) -> Certificate:
    return cast("Certificate", cbor2.loads(cbor_of(file)))


def test_certificate_names_the_kes_key_and_carries_the_cold_keys_signature() -> None:
    files = POOL.issue(counter=3, kes_period=120)
    (kes_vkey, counter, period, signature), cold_vkey = certificate(files.op_cert)
    assert kes_vkey == blake2b(payload(files.kes_skey)[-64:], digest_size=32).digest()
    assert (counter, period, cold_vkey) == (3, 120, POOL.cold_vkey)
    message = kes_vkey + (3).to_bytes(8, "big") + (120).to_bytes(8, "big")
    VerifyKey(cold_vkey).verify(message, signature)


def test_every_level_of_the_kes_key_hashes_to_the_one_outside_it() -> None:
    skey, vkey = sum6kes_generate(bytes(32))
    assert (len(skey), len(vkey)) == (608, 32)
    inner = ed25519_public_key(skey[:32])
    for level in range(6):
        _, left, right = (skey[32 + 96 * level + 32 * i :][:32] for i in range(3))
        assert left == inner
        inner = blake2b(left + right, digest_size=32).digest()
    assert inner == vkey


def test_kes_seeds_expand_as_in_the_published_scheme() -> None:
    """The outermost level's right seed is blake2b-256(2 || seed), its sibling's 1 || seed."""
    seed = bytes(range(32))
    skey, _ = sum6kes_generate(seed)
    assert skey[32 + 96 * 5 :][:32] == blake2b(b"\x02" + seed, digest_size=32).digest()
    leaf = seed
    for _ in range(6):
        leaf = blake2b(b"\x01" + leaf, digest_size=32).digest()
    assert skey[:32] == leaf


def test_vrf_key_is_the_seed_and_its_public_key() -> None:
    key = payload(POOL.issue().vrf_skey)
    assert len(key) == 64
    assert key[32:] == bytes(SigningKey(key[:32]).verify_key)


def test_pool_id_is_bech32_of_the_cold_keys_hash() -> None:
    assert POOL.pool_id.startswith("pool1")
    assert len(POOL.pool_id) == 56
    assert POOL.pool_id_hex == blake2b(POOL.cold_vkey, digest_size=28).hexdigest()


def test_a_seed_repeats_everything_and_no_seed_repeats_nothing() -> None:
    assert Pool.generate(b"a pool").issue(1, 2) == POOL.issue(1, 2)
    assert POOL.issue(1, 2) != POOL.issue(2, 2)
    random_pool = Pool.generate()
    assert random_pool.issue().kes_skey != random_pool.issue().kes_skey
    assert random_pool.pool_id != Pool.generate().pool_id


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o644])
def test_files_are_written_with_the_mode_asked_for(tmp_path: Path, mode: int) -> None:
    for files in (POOL.issue(), POOL.issue(counter=1)):  # the second time over the first
        files.write(tmp_path, mode)
    names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert names == {"kes.skey": mode, "vrf.skey": mode, "node.cert": mode}
    assert CredentialFiles(
        *((tmp_path / name).read_bytes() for name in ("kes.skey", "vrf.skey", "node.cert"))
    ) == POOL.issue(counter=1)

"""What the stand-in refuses to start with, and that it says so as cardano-node would: by exit."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cbor2
import pytest

from tests.e2e.framework.forging_times import parse
from tests.e2e.standin.credentials import check_vrf_permissions
from tests.e2e.standin.errors import StartError
from tests.e2e.standin.versions import VERSIONS
from tests.support.keys import (
    KES_TYPE,
    OP_CERT_TYPE,
    VRF_TYPE,
    CredentialFiles,
    Pool,
    envelope,
    kes_envelope,
    op_cert_envelope,
    vrf_envelope,
)
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POOL = Pool.generate(b"start tests")
GOOD = POOL.issue()
KEY = bytes(32)
SIGNATURE = bytes(64)

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "KES key of another certificate": (
        "kes.skey",
        POOL.issue(counter=1).kes_skey,
        "not the one that",
    ),
    "empty file": ("kes.skey", b"", "not JSON"),
    "placeholder text": ("vrf.skey", b"placeholder", "not JSON"),
    "bytes that are not UTF-8": ("vrf.skey", b"\xff\xfe\xfd", "not JSON"),
    "a byte order mark": ("kes.skey", codecs.BOM_UTF8 + GOOD.kes_skey, "not JSON"),
    "UTF-16": ("node.cert", GOOD.op_cert.decode().encode("utf-16"), "not JSON"),
    "JSON nested without end": ("vrf.skey", b"[" * 100_000, "not JSON"),
    "JSON that is no object": ("node.cert", b"[]", "no text envelope"),
    "envelope without description": (
        "node.cert",
        json.dumps({"type": OP_CERT_TYPE, "cborHex": "80"}).encode(),
        "no text envelope",
    ),
    "KES type of another tool": (
        "kes.skey",
        GOOD.kes_skey.replace(KES_TYPE.encode(), b"KESSigningKey_PraosV2"),
        "type 'KESSigningKey_PraosV2'",
    ),
    "hexadecimal with white space": (
        "kes.skey",
        GOOD.kes_skey.replace(b'"590260', b'"59 0260'),
        "white space",
    ),
    "odd number of hexadecimal digits": (
        "kes.skey",
        GOOD.kes_skey.replace(b'"590260', b'"5902600'),
        "cborHex",
    ),
    "KES key of 607 bytes": ("kes.skey", kes_envelope(bytes(607)), "608 bytes"),
    "VRF seed alone": ("vrf.skey", vrf_envelope(KEY), "64 bytes"),
    "CBOR of text": ("vrf.skey", envelope(VRF_TYPE, "", cbor2.dumps("x" * 64)), "major type 3"),
    "CBOR with bytes behind": (
        "vrf.skey",
        envelope(VRF_TYPE, "", cbor2.dumps(bytes(64)) + b"\0"),
        "too many",
    ),
    "CBOR cut off": ("vrf.skey", envelope(VRF_TYPE, "", cbor2.dumps(bytes(64))[:-1]), "ends"),
    "CBOR of indefinite length": (
        "vrf.skey",
        envelope(VRF_TYPE, "", b"\x5f" + cbor2.dumps(bytes(64)) + b"\xff"),
        "indefinite",
    ),
    "CBOR of huge length": ("vrf.skey", envelope(VRF_TYPE, "", b"\x5b" + b"\xff" * 8), "ends"),
    "CBOR nested deep": ("node.cert", envelope(OP_CERT_TYPE, "", b"\x81" * 5000), "nested"),
    "certificate without cold key": (
        "node.cert",
        envelope(OP_CERT_TYPE, "", cbor2.dumps([[KEY, 0, 0, SIGNATURE]])),
        "not an array",
    ),
    "certificate with a short signature": (
        "node.cert",
        op_cert_envelope(KEY, 0, 0, SIGNATURE[1:], KEY),
        "wrong length",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_exits_at_once_and_names_the_file(home: Path, case: str) -> None:
    name, content, message = REFUSED[case]
    GOOD.write(home / "keys")
    (home / "keys" / name).write_bytes(content)
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert node.output.splitlines()[-1].startswith("cardano-node: start-up failed: ")
    assert name in node.output
    assert message in node.output
    assert "Traceback" not in node.output
    assert not node.socket.exists()


@pytest.mark.parametrize("name", ["kes.skey", "vrf.skey", "node.cert"])
def test_exits_on_a_missing_file_even_as_non_producing(home: Path, name: str) -> None:
    (home / "keys" / name).unlink()
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert name in node.output


def test_the_journal_says_whether_a_start_found_fit_keys(home: Path) -> None:
    journal = home / "journal"
    with StandinProcess.start(home, STANDIN_WITNESS_FILE=str(journal)) as node:
        node.wait_until_up()
    (home / "keys" / "kes.skey").unlink()
    with StandinProcess.start(home, STANDIN_WITNESS_FILE=str(journal)) as node:
        assert node.wait_for_exit() == 1
    events = [line.event for line in parse(journal.read_text(), "uid")]
    kinds = [event.partition(" ")[0] for event in events]
    assert kinds == ["start:", "keys:", "socket:", "start:", "exit"]
    assert re.fullmatch(r"exit 1, start-up failed: .*kes\.skey.*", events[-1])


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o644])
def test_exits_on_any_permission_of_others_on_the_vrf_key(home: Path, mode: int) -> None:
    (home / "keys" / "vrf.skey").chmod(mode)
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert f"mode {mode:04o}" in node.output


@pytest.mark.parametrize("version", [version.name for version in VERSIONS])
def test_warns_of_a_vrf_key_that_its_group_may_touch(home: Path, version: str) -> None:
    (home / "keys" / "vrf.skey").chmod(0o640)
    with StandinProcess.start(home, NODE_VERSION=version) as node:
        node.wait_until_up()
    assert re.search(r"warning: VRF signing key .*vrf.skey.* group.*mode 0640", node.output)


def test_a_version_can_refuse_a_vrf_key_that_its_group_may_touch(home: Path) -> None:
    strict = replace(VERSIONS[0], vrf_group_refused=True)
    path = home / "keys" / "vrf.skey"
    path.chmod(0o610)
    with pytest.raises(StartError, match="mode 0610"):
        check_vrf_permissions(path, strict)
    path.chmod(0o600)
    assert check_vrf_permissions(path, strict) is None


def test_minds_the_permissions_of_the_vrf_key_only(home: Path) -> None:
    for name in ("kes.skey", "node.cert"):
        (home / "keys" / name).chmod(0o644)
    with StandinProcess.start(home) as node:
        node.wait_until_up()


def test_a_relay_needs_no_credentials(tmp_path: Path) -> None:
    with StandinProcess.start(tmp_path, CARDANO_BLOCK_PRODUCER="false") as node:
        node.wait_until_up()


def damage_genesis(config: Path) -> None:
    with (config / "genesis" / "alonzo-genesis.json").open("a") as file:
        file.write(" ")


CONFIG_DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda c: (c / "config.json").unlink(), "config.json"),
    "no topology": (lambda c: (c / "topology.json").unlink(), "topology.json"),
    "topology with a byte order mark": (
        lambda c: (c / "topology.json").write_bytes(codecs.BOM_UTF8 + b"{}"),
        "not JSON",
    ),
    "topology without roots": (lambda c: _write(c / "topology.json", "{}"), "localRoots"),
    "no genesis": (lambda c: (c / "genesis" / "byron-genesis.json").unlink(), "Byron genesis"),
    "genesis changed": (damage_genesis, "Alonzo genesis"),
    "config without genesis": (lambda c: change(c, ByronGenesisFile=None), "ByronGenesisFile"),
}


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def change(config: Path, **settings: object) -> None:
    content = json.loads((config / "config.json").read_text())
    (config / "config.json").write_text(json.dumps(content | settings))


@pytest.mark.parametrize("case", CONFIG_DAMAGE)
def test_exits_on_configuration_it_cannot_use(home: Path, case: str) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
    damage, message = CONFIG_DAMAGE[case]
    damage(home / "config")
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert message in node.output


def test_byron_genesis_is_hashed_in_canonical_form(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
    byron = home / "config" / "genesis" / "byron-genesis.json"
    byron.write_text(json.dumps(json.loads(byron.read_text()), indent=7))
    with StandinProcess.start(home) as node:
        node.wait_until_up()


def test_exits_when_the_database_cannot_be_written(home: Path) -> None:
    (home / "db").write_text("a file where a directory should be")
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    assert "not writable" in node.output


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"STANDIN_BOOT_SECONDS": "soon"}, "STANDIN_BOOT_SECONDS='soon'"),
        ({"STANDIN_BOOT_SECONDS": "nan"}, "STANDIN_BOOT_SECONDS"),
        ({"NODE_VERSION": "newest"}, "NODE_VERSION='newest'"),
        ({"CARDANO_SHELLEY_KES_KEY": ""}, "CARDANO_SHELLEY_KES_KEY is not set"),
    ],
)
def test_names_a_setting_that_is_wrong(home: Path, env: dict[str, str], message: str) -> None:
    with StandinProcess.start(home, **env) as node:
        assert node.wait_for_exit() == 1
    assert message in node.output


def test_a_set_written_over_is_what_the_next_start_reads(home: Path) -> None:
    wrong: CredentialFiles = GOOD.with_kes_of(POOL.issue(counter=9))
    wrong.write(home / "keys")
    with StandinProcess.start(home) as node:
        assert node.wait_for_exit() == 1
    GOOD.write(home / "keys")
    with StandinProcess.start(home) as node:
        node.wait_until_up()


@pytest.mark.parametrize(
    ("version", "network", "warns"),
    [
        ("10.7.1", "mainnet", True),
        ("10.6", "preview", True),
        ("11.0", "mainnet", False),
        ("10.7.1", "custom", False),
    ],
)
def test_says_when_it_could_not_follow_a_public_network(
    home: Path, version: str, network: str, warns: bool
) -> None:
    with StandinProcess.start(home, NODE_VERSION=version, CARDANO_NETWORK=network) as node:
        node.wait_until_up()
    line = f"warning: {version} supports protocol major 10; {network} is at 11"
    assert (line in node.output) == warns

"""`forge-manager check`, as a person or a program uses it."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.check.command import check
from forge_manager.credentials.networks import PUBLIC_NETWORKS
from tests.sidecar.process.sidecar_process import SOURCE, command
from tests.support.keys import CredentialFiles, Pool

if TYPE_CHECKING:
    from pathlib import Path

POOL = Pool.generate(b"check")
NOW = PUBLIC_NETWORKS["preview"].clock.kes_period_at(time.time())
GOOD = POOL.issue(kes_period=NOW)


def _arguments(directory: Path, files: CredentialFiles, *more: str, mode: int = 0o600) -> list[str]:
    files.write(directory, mode)
    names = {"--kes": "kes.skey", "--vrf": "vrf.skey", "--opcert": "node.cert"}
    paths = [part for option, name in names.items() for part in (option, str(directory / name))]
    return [*paths, *more]


def test_a_good_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = _arguments(tmp_path, GOOD, "--network", "preview", "--pool-id", POOL.pool_id)
    assert check(arguments) == 0
    table = capsys.readouterr().out
    assert "all checks passed" in table
    assert f"pool {POOL.pool_id}, certificate counter 0" in table
    assert "62 periods left" in table


@pytest.mark.parametrize(
    ("files", "more", "mode", "code", "reason"),
    [
        (GOOD.with_kes_of(POOL.issue(1)), [], 0o600, 1, "KesKeyMismatch"),
        (POOL.issue(kes_period=NOW + 5), ["--network", "preview"], 0o600, 4, "KesPeriodInFuture"),
        (POOL.issue(kes_period=0), ["--network", "preview"], 0o600, 4, "KesPeriodExpired"),
        (GOOD, ["--pool-id", Pool.generate(b"x").pool_id], 0o600, 4, "PoolIdMismatch"),
        (GOOD, [], 0o640, 4, "PermissionsTooOpen"),
        (GOOD, [], 0o644, 1, "PermissionsTooOpen"),
        (GOOD, [], 0o601, 1, "PermissionsTooOpen"),
    ],
)
def test_what_is_wrong_is_in_the_exit_code_and_in_both_forms(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    files: CredentialFiles,
    more: list[str],
    mode: int,
    code: int,
    reason: str,
) -> None:
    arguments = _arguments(tmp_path, files, *more, mode=mode)
    assert check(arguments) == code
    assert reason in capsys.readouterr().out
    assert check([*arguments, "--json"]) == code
    content = json.loads(capsys.readouterr().out)
    assert content["blocked"] == (code == 1)
    assert content["ok"] is False
    assert reason in {found["reason"] for found in content["checks"]}


def test_a_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = _arguments(tmp_path, GOOD)
    (tmp_path / "vrf.skey").unlink()
    assert check(arguments) == 1
    assert f"{tmp_path / 'vrf.skey'} does not exist" in capsys.readouterr().out


def test_a_vrf_key_for_others_is_in_the_verdicts_sentence_and_a_kes_key_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = _arguments(tmp_path, GOOD)
    (tmp_path / "vrf.skey").chmod(0o604)
    assert check(arguments) == 1
    assert "cardano-node would not start with these files" in capsys.readouterr().out
    (tmp_path / "vrf.skey").chmod(0o400)
    (tmp_path / "kes.skey").chmod(0o604)
    assert check(arguments) == 4
    assert "cardano-node would start with these files" in capsys.readouterr().out


def test_without_a_network_the_period_is_skipped_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(_arguments(tmp_path, GOOD)) == 0
    assert "give --network or --shelley-genesis" in capsys.readouterr().out


def test_a_custom_network_by_its_genesis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genesis = tmp_path / "shelley-genesis.json"
    genesis.write_text(
        json.dumps(
            {
                "systemStart": "2020-01-01T00:00:00Z",
                "slotLength": 1,
                "slotsPerKESPeriod": 100,
                "maxKESEvolutions": 10,
            }
        )
    )
    arguments = _arguments(tmp_path, POOL.issue(), "--shelley-genesis", str(genesis))
    assert check(arguments) == 4
    assert "KesPeriodExpired" in capsys.readouterr().out
    genesis.write_text("{}")
    with pytest.raises(SystemExit) as exit_:
        check(arguments)
    assert exit_.value.code == 2


def test_as_a_command_from_another_directory(tmp_path: Path) -> None:
    """Relative paths, no environment, and no key material in what it prints."""
    _arguments(tmp_path, GOOD)
    ended = subprocess.run(
        command("check", "--kes=kes.skey", "--vrf=vrf.skey", "--opcert=node.cert", "--json"),
        env={"PYTHONPATH": str(SOURCE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 0
    assert ended.stderr == ""
    for skey in (GOOD.kes_skey, GOOD.vrf_skey):
        digits = json.loads(skey)["cborHex"][8:]
        assert digits[:16] not in ended.stdout


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--network", "moon"], ["no-such"], ["run"]]
)
def test_wrong_arguments_are_a_code_of_their_own(arguments: list[str]) -> None:
    ended = subprocess.run(
        command(*arguments),
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 2
    assert "usage: forge-manager" in ended.stderr

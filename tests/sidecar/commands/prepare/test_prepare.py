"""`forge-manager prepare`, on the volumes of a pod."""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.prepare.command import prepare
from tests.sidecar.base.test_logs import restored
from tests.sidecar.commands.prepare.conftest import GENESIS, HASHES, Pod, Web, send
from tests.sidecar.process.sidecar_process import SOURCE, command

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

__all__ = ["restored"]


def _problems(pod: Pod, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """Run it, expecting failure; returns what it complains of."""
    assert prepare(pod.environment | {"LOG_FORMAT": "json"}) == 1
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    return [line["detail"] for line in lines if line["level"] == "ERROR"]


def _serve_genesis(request: BaseHTTPRequestHandler) -> None:
    send(request, GENESIS[request.path.strip("/").partition("-")[0]])


def _urls(pod: Pod, web: Web) -> None:
    for era in GENESIS:
        pod.more[f"GENESIS_URL_{era.upper()}"] = f"{web.url}/{era}-genesis.json"


def test_files_from_a_mounted_directory_are_verified_and_put_in_place(pod: Pod) -> None:
    pod.give_genesis()
    assert prepare(pod.environment) == 0
    assert pod.genesis_in_place() == GENESIS
    assert json.loads((pod.target / "config.json").read_text()) == pod.config
    assert (pod.target / "topology.json").exists()
    assert (pod.root / "ipc").is_dir()
    assert (pod.root / "data").is_dir()
    assert prepare(pod.environment) == 0, "a second time changes nothing"


def test_what_is_in_place_and_right_is_not_touched(pod: Pod) -> None:
    pod.give_genesis()
    prepare(pod.environment)
    del pod.more["GENESIS_SOURCE_DIR"]
    before = (pod.target / "genesis" / "byron-genesis.json").stat().st_mtime_ns
    assert prepare(pod.environment) == 0
    assert (pod.target / "genesis" / "byron-genesis.json").stat().st_mtime_ns == before


def test_downloads_are_verified_and_cached(pod: Pod, web: Web) -> None:
    web.handle = _serve_genesis
    _urls(pod, web)
    pod.more["GENESIS_CACHE_DIR"] = str(pod.root / "data" / "genesis-cache")
    assert prepare(pod.environment) == 0
    assert pod.genesis_in_place() == GENESIS
    assert len(web.paths) == 4
    for path in (pod.target / "genesis").iterdir():
        path.unlink()
    assert prepare(pod.environment) == 0, "from the cache"
    assert pod.genesis_in_place() == GENESIS
    assert len(web.paths) == 4


def test_a_damaged_cache_is_downloaded_again(pod: Pod, web: Web) -> None:
    web.handle = _serve_genesis
    _urls(pod, web)
    cache = pod.root / "cache"
    cache.mkdir()
    pod.more["GENESIS_CACHE_DIR"] = str(cache)
    (cache / f"{HASHES['conway']}-conway-genesis.json").write_bytes(b"{")
    assert prepare(pod.environment) == 0
    assert pod.genesis_in_place() == GENESIS


def test_a_wrong_mounted_file_is_refused_with_both_hashes(
    pod: Pod, capfd: pytest.CaptureFixture[str]
) -> None:
    pod.give_genesis(shelley=b"{}")
    (problem,) = _problems(pod, capfd)
    assert "genesis-src/shelley-genesis.json" in problem
    assert f"expected hash {HASHES['shelley']}" in problem
    assert f"found {HASHES['conway']}" in problem
    assert "shelley" not in pod.genesis_in_place()
    assert set(pod.genesis_in_place()) == {"byron", "alonzo", "conway"}


def test_a_wrong_download_is_refused(pod: Pod, web: Web, capfd: pytest.CaptureFixture[str]) -> None:
    web.handle = lambda request: send(request, b'{"other": 1}')
    _urls(pod, web)
    problems = _problems(pod, capfd)
    assert len(problems) == 4
    assert all("expected hash" in problem and "found" in problem for problem in problems)
    assert pod.genesis_in_place() == {}


def test_without_any_origin_it_says_what_an_air_gapped_cluster_does(
    pod: Pod, capfd: pytest.CaptureFixture[str]
) -> None:
    problems = _problems(pod, capfd)
    assert len(problems) == 4
    for era, problem in zip(GENESIS, problems, strict=True):
        assert f"GENESIS_URL_{era.upper()} is not set" in problem
        assert "ConfigMap" in problem
        assert HASHES[era] in problem


def test_without_a_hash_only_a_mounted_file_is_taken(
    pod: Pod, web: Web, capfd: pytest.CaptureFixture[str]
) -> None:
    del pod.config["ConwayGenesisHash"]
    pod.write_config()
    web.handle = _serve_genesis
    _urls(pod, web)
    (problem,) = _problems(pod, capfd)
    assert "no ConwayGenesisHash" in problem
    assert "conway" not in pod.genesis_in_place()
    pod.give_genesis()
    assert prepare(pod.environment) == 0
    assert pod.genesis_in_place() == GENESIS
    assert "not verified" in capfd.readouterr().err


def test_an_era_that_the_configuration_does_not_name_is_skipped(pod: Pod) -> None:
    for era in ("Byron", "Shelley", "Alonzo"):
        del pod.config[f"{era}GenesisFile"]
    pod.write_config()
    pod.give_genesis()
    assert prepare(pod.environment) == 0
    assert set(pod.genesis_in_place()) == {"conway"}


def test_absolute_paths_are_followed(pod: Pod) -> None:
    pod.config["ShelleyGenesisFile"] = str(pod.root / "elsewhere" / "s.json")
    pod.write_config()
    pod.give_genesis()
    assert prepare(pod.environment) == 0
    assert (pod.root / "elsewhere" / "s.json").read_bytes() == GENESIS["shelley"]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("config.json", None, "does not exist"),
        ("topology.json", None, "does not exist"),
        ("config.json", b"{", "not JSON: .* at line 1, column 2"),
        ("topology.json", b"[]", "not a JSON object"),
        ("config.json", b"\xff", r"is not UTF-8 \(byte 0\)"),
        ("config.json", codecs.BOM_UTF8 + b"{}", "byte order mark .* without one"),
        ("topology.json", codecs.BOM_UTF8 + b"{}", "byte order mark .* without one"),
        ("config.json", "{}".encode("utf-16"), "UTF-16: save it as UTF-8"),
        ("topology.json", "{}".encode("utf-16-le"), "UTF-16 or UTF-32: save it as UTF-8"),
        ("config.json", b'{"ByronGenesisFile": 3}', "ByronGenesisFile is not a path"),
        ("config.json", b'{"ByronGenesisFile": "b", "ByronGenesisHash": "xyz"}', "not a hash"),
    ],
)
def test_a_bad_configuration_is_named(
    pod: Pod, capfd: pytest.CaptureFixture[str], file: str, content: bytes | None, said: str
) -> None:
    path = pod.root / "config-src" / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    (problem,) = _problems(pod, capfd)
    assert file in problem
    assert re.search(said, problem)


@pytest.mark.parametrize("content", [b"[1.5]", b"no json", b'{"a": 1.5}'])
def test_a_byron_genesis_without_canonical_form_is_refused(
    pod: Pod, capfd: pytest.CaptureFixture[str], content: bytes
) -> None:
    pod.give_genesis(byron=content)
    (problem,) = _problems(pod, capfd)
    assert "byron-genesis.json" in problem


def test_a_file_where_a_directory_belongs_is_named(
    pod: Pod, capfd: pytest.CaptureFixture[str]
) -> None:
    (pod.root / "data").write_text("")
    (problem,) = _problems(pod, capfd)
    assert problem.startswith(f"{pod.root / 'data'} (the ledger) is not a directory")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a directory it may not write")
def test_a_directory_that_is_not_writable_is_named_with_the_uid() -> None:
    """/proc refuses new files even to root."""
    ended = subprocess.run(
        command("prepare"),
        env={"PYTHONPATH": str(SOURCE), "DATA_DIR": "/proc/1", "NODE_SOCKET": "/dev/shm/node",  # noqa: S108 (not written)
             "CONFIG_TARGET_DIR": "/proc/2"},
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "/proc/1 (the ledger) is not writable for uid 0" in ended.stderr
    assert "fsGroup" in ended.stderr
    assert ended.stderr.count("setup failed") == 2


def test_bad_settings_are_all_listed(capfd: pytest.CaptureFixture[str]) -> None:
    assert prepare({"DATA_DIR": "data", "GENESIS_URL_BYRON": "file:///etc/passwd"}) == 2
    assert len(capfd.readouterr().err.splitlines()) == 2

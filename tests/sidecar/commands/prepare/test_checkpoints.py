"""The list of checkpoints: a file of the network as the genesis files are, and optional."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.prepare.command import prepare
from tests.sidecar.base.test_logs import restored
from tests.sidecar.commands.prepare.conftest import Pod, Web, blake2b_256, send

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["restored"]

#: Hashed byte by byte, so that the space counts.
CHECKPOINTS = b'{"checkpoints": [ {"blockNo": 1, "hash": "00"} ]}\n'


@pytest.fixture
def in_place(pod: Pod) -> Path:
    """Return where the node reads it, once the configuration names it."""
    pod.give_genesis()
    pod.config["CheckpointsFile"] = "mainnet-checkpoints.json"
    pod.config["CheckpointsFileHash"] = blake2b_256(CHECKPOINTS)
    pod.write_config()
    return pod.target / "mainnet-checkpoints.json"


def _problem(pod: Pod, capfd: pytest.CaptureFixture[str]) -> str:
    assert prepare(pod.environment | {"LOG_FORMAT": "json"}) == 1
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (problem,) = [line["detail"] for line in lines if line["level"] == "ERROR"]
    return str(problem)


def test_it_is_downloaded_verified_and_cached(pod: Pod, in_place: Path, web: Web) -> None:
    web.handle = lambda request: send(request, CHECKPOINTS)
    pod.more["CHECKPOINTS_URL"] = f"{web.url}/c.json"
    pod.more["GENESIS_CACHE_DIR"] = str(pod.root / "data" / "cache")
    assert prepare(pod.environment) == 0
    assert in_place.read_bytes() == CHECKPOINTS
    in_place.unlink()
    assert prepare(pod.environment) == 0
    assert in_place.read_bytes() == CHECKPOINTS
    assert web.paths == ["/c.json"]


def test_it_is_taken_from_the_mounted_directory(pod: Pod, in_place: Path) -> None:
    (pod.genesis_source / "checkpoints.json").write_bytes(CHECKPOINTS)
    assert prepare(pod.environment) == 0
    assert in_place.read_bytes() == CHECKPOINTS


def test_another_file_is_refused_with_both_hashes(
    pod: Pod, in_place: Path, web: Web, capfd: pytest.CaptureFixture[str]
) -> None:
    reformatted = json.dumps(json.loads(CHECKPOINTS)).encode()
    web.handle = lambda request: send(request, reformatted)
    pod.more["CHECKPOINTS_URL"] = f"{web.url}/c.json"
    problem = _problem(pod, capfd)
    assert f"expected hash {blake2b_256(CHECKPOINTS)}" in problem
    assert f"found {blake2b_256(reformatted)}" in problem
    assert "CheckpointsFileHash" in problem
    assert "CHECKPOINTS_URL" in problem
    assert not in_place.exists()


def test_without_an_origin_it_says_what_to_do(
    pod: Pod, in_place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    problem = _problem(pod, capfd)
    assert str(in_place) in problem
    assert "CHECKPOINTS_URL is not set" in problem
    assert "put checkpoints.json into a ConfigMap" in problem
    assert "remove CheckpointsFile from config.json" in problem


def test_without_a_hash_only_a_mounted_file_is_taken(
    pod: Pod, in_place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    del pod.config["CheckpointsFileHash"]
    pod.write_config()
    assert "no CheckpointsFileHash" in _problem(pod, capfd)
    (pod.genesis_source / "checkpoints.json").write_bytes(CHECKPOINTS)
    assert prepare(pod.environment) == 0
    assert in_place.read_bytes() == CHECKPOINTS
    assert "not verified" in capfd.readouterr().err


def test_a_configuration_without_it_needs_none(pod: Pod) -> None:
    pod.give_genesis()
    assert prepare(pod.environment) == 0
    assert not list(pod.target.glob("*checkpoints*"))

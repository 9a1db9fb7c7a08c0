"""The judge of the checks: a node started on the same files exits for exactly what blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_manager.credentials.checks import Expectations, FileNames, check_credentials
from forge_manager.gate.source import read_snapshot
from tests.sidecar.conftest import paths_in
from tests.sidecar.credentials.damage import GOOD, POOL, Damage, damages
from tests.sidecar.credentials.damage_table import record
from tests.sidecar.credentials.judging import CLOCK
from tests.sidecar.waiting import until
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.credentials.verdict import Verdict


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.name)
def test_the_node_exits_for_exactly_the_damages_that_block(
    tmp_path: Path, request: pytest.FixtureRequest, damage: Damage
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    damage.files.write(keys)
    _compare(tmp_path, request, damage.name, damage.reason)


def _missing(path: Path) -> None:
    path.unlink()


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


@pytest.mark.parametrize("file", ["kes.skey", "vrf.skey", "node.cert"])
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_missing, "SourceMissing"),
        (_dangling, "SourceMissing"),
        (_directory, "SourceNotAFile"),
    ],
)
def test_the_node_exits_without_a_file(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    *,
    file: str,
    damage: Callable[[Path], None],
    reason: str,
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    GOOD.write(keys)
    damage(keys / file)
    _compare(tmp_path, request, f"{file} {damage.__name__.strip('_')}", reason)


def test_the_node_starts_with_a_good_set(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    GOOD.write(keys)
    assert _verdict(keys).blocker is None
    assert _outcome(tmp_path) == "starts"


def _compare(directory: Path, request: pytest.FixtureRequest, name: str, reason: str) -> None:
    verdict = _verdict(directory / "keys")
    assert reason in {check.reason for check in verdict.checks if check.ok is False}
    node = _outcome(directory)
    record(request, name=name, reason=reason, blocks=verdict.blocker is not None, node=node)
    assert (node == "exits") == (verdict.blocker is not None)


def _verdict(keys: Path) -> Verdict:
    names = FileNames("kes.skey", "vrf.skey", "node.cert")
    expected = Expectations({"POOL_ID": POOL.pool_id}, CLOCK)
    return check_credentials(read_snapshot(paths_in(keys)).files, names, expected, 50.0)


def _outcome(directory: Path) -> str:
    """Start a node on these files and see what it does."""
    with StandinProcess.start(directory) as node:
        until(
            lambda: node.process.poll() is not None or "accepts connections" in node.output,
            "the node's decision",
            seconds=20,
        )
        if node.process.poll() is None:
            return "starts"
        assert node.process.returncode == 1, node.output
        return "exits"

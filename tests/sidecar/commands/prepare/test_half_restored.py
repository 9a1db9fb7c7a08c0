"""What an interrupted restore left is removed, and nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.prepare.command import prepare
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.half_restored import remove_half_restored
from tests.sidecar.base.test_logs import restored
from tests.sidecar.commands.prepare.conftest import Pod

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["restored"]

REMOVED = "a restore was interrupted"
KEPT = "the ledger has no protocolMagicId but is kept"


@pytest.fixture
def ledger(pod: Pod) -> Path:
    """Return a ledger in which a restore was interrupted."""
    pod.give_genesis()
    pod.more["RESTORE_SNAPSHOT"] = "true"
    ledger = pod.root / "data" / "db"
    (ledger / "immutable").mkdir(parents=True)
    (ledger / "immutable" / "00000.chunk").write_bytes(b"x")
    (ledger / "ledger" / "4492800").mkdir(parents=True)
    (ledger / "ancillary_manifest.json").write_text("{}")
    return ledger


def _tree(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


def test_it_is_removed_and_said_and_the_next_restore_finds_it_empty(
    pod: Pod, ledger: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert prepare(pod.environment) == 0
    assert _tree(ledger) == set()
    assert REMOVED in capfd.readouterr().err
    assert prepare(pod.environment) == 0
    assert REMOVED not in capfd.readouterr().err


@pytest.mark.parametrize("said", ["false", ""])
def test_nothing_is_removed_where_nothing_is_restored(pod: Pod, ledger: Path, said: str) -> None:
    pod.more["RESTORE_SNAPSHOT"] = said
    before = _tree(ledger)
    assert prepare(pod.environment) == 0
    assert _tree(ledger) == before


def test_a_whole_ledger_is_left_alone_and_nothing_is_said(
    pod: Pod, ledger: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (ledger / "protocolMagicId").write_text("764824073")
    before = _tree(ledger)
    assert prepare(pod.environment) == 0
    assert _tree(ledger) == before
    output = capfd.readouterr().err
    assert REMOVED not in output
    assert KEPT not in output


@pytest.mark.parametrize("mark", ["lock", "volatile/blocks-0.dat", "gsm/CaughtUpMarker"])
def test_what_a_node_wrote_is_kept_and_said(
    pod: Pod, ledger: Path, capfd: pytest.CaptureFixture[str], mark: str
) -> None:
    (ledger / mark).parent.mkdir(exist_ok=True)
    (ledger / mark).write_text("")
    before = _tree(ledger)
    assert prepare(pod.environment) == 0
    assert _tree(ledger) == before
    assert KEPT in capfd.readouterr().err


def test_a_directory_that_a_restore_made_and_did_not_fill_is_no_nodes(ledger: Path) -> None:
    (ledger / "volatile").mkdir()
    remove_half_restored(ledger)
    assert _tree(ledger) == set()


def test_the_marker_that_a_restore_writes_before_its_last_step_keeps_nothing(ledger: Path) -> None:
    (ledger / "clean").write_text("")
    remove_half_restored(ledger)
    assert _tree(ledger) == set()


def test_what_belongs_to_the_volume_stays_and_counts_for_nothing(
    ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (ledger / "lost+found").mkdir()
    (ledger / "lost+found" / "inode").write_text("")
    remove_half_restored(ledger)
    assert _tree(ledger) == {"lost+found", "lost+found/inode"}
    caplog.clear()
    remove_half_restored(ledger)
    assert caplog.records == []


def test_links_are_removed_and_what_they_lead_to_is_not(ledger: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("")
    (ledger / "tables").symlink_to(elsewhere)
    (ledger / "immutable" / "deep").symlink_to(elsewhere)
    (ledger / "nowhere").symlink_to("/no/such")
    remove_half_restored(ledger)
    assert _tree(ledger) == set()
    assert _tree(elsewhere) == {"precious"}


def test_a_link_in_the_ledgers_place_is_not_followed(ledger: Path) -> None:
    moved = ledger.with_name("moved")
    ledger.rename(moved)
    ledger.symlink_to(moved)
    before = _tree(moved)
    remove_half_restored(ledger)
    assert _tree(moved) == before


def test_no_ledger_a_file_and_an_empty_directory_are_nothing_to_do(ledger: Path) -> None:
    for make in (lambda: None, lambda: ledger.write_text("x"), ledger.mkdir):
        shutil.rmtree(ledger, ignore_errors=True)
        ledger.unlink(missing_ok=True)
        make()
        remove_half_restored(ledger)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount")
def test_another_volume_in_it_is_not_entered(
    ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mounted = ledger / "tables"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "none", str(mounted)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no permission to mount")
    try:
        (mounted / "precious").write_text("")
        remove_half_restored(ledger)
        assert (mounted / "precious").exists()
        assert (ledger / "immutable" / "00000.chunk").exists()
        assert KEPT in caplog.text
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


def test_what_cannot_be_removed_is_named(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> None:
        raise PermissionError(13, "Permission denied", str(ledger / "immutable"))

    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(PrepareError, match=r"cannot be emptied: Permission denied \(.*immutable"):
        remove_half_restored(ledger)

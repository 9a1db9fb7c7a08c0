"""The command line before any command does its work."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from forge_manager import __version__, cli
from forge_manager.base.exit_codes import ExitCode
from forge_manager.base.hardening import HardeningError

PROJECT = Path(__file__).parents[2] / "sidecar" / "pyproject.toml"


def _hardened() -> None:
    """Stand in for what would close this very test process to debuggers."""


def _not_hardened() -> None:
    raise HardeningError("the kernel said no")


def test_help_names_every_command_and_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "forbid_inspection", _hardened)
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for command in ("prepare", "check", "probe", "timeline"):
        assert f"  {command} " in text
    for code in ExitCode:
        assert f"{code.value} " in text.partition("Exit codes:")[2]


@pytest.mark.parametrize("command", ["guard", "prepare", "reload-topology"])
def test_help_for_a_command_without_options_is_that_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(cli, "forbid_inspection", _hardened)
    assert cli.main([command, "--help"]) == 0
    assert f"\n  {command}" in capsys.readouterr().out


def test_the_version_is_written_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "forbid_inspection", _hardened)
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"forge-manager {__version__}\n"
    assert "version" not in tomllib.loads(PROJECT.read_text())["project"]


@pytest.mark.parametrize("arguments", [[], ["prepare"], ["check"], ["--version"]])
def test_nothing_runs_without_the_protection(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr(cli, "forbid_inspection", _not_hardened)
    assert cli.main(arguments) == ExitCode.FAILED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "the kernel said no" in captured.err


def test_a_command_of_the_sidecars_says_which_packages_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without(name: str) -> None:
        def run(arguments: list[str]) -> int:
            raise ModuleNotFoundError(f"{arguments} needs {name}", name=name)

        monkeypatch.setattr(cli, "_run_command", run)

    monkeypatch.setattr(cli, "forbid_inspection", _hardened)
    without("kubernetes")
    assert cli.main([]) == ExitCode.FAILED
    assert "pip install 'cardano-forge-manager[sidecar]'" in capsys.readouterr().err
    # A part of a package that is there: the image lacks it.
    for name in ("forge_manager.wiring", "kubernetes.client.models.v1_pod"):
        without(name)
        with pytest.raises(ModuleNotFoundError):
            cli.main([])


def test_the_packages_that_it_says_are_those_of_the_extra() -> None:
    extra = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]["sidecar"]
    names = {line.partition(">=")[0].replace("-", "_") for line in extra}
    assert names == cli._OF_THE_SIDECAR

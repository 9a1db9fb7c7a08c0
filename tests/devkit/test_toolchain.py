"""Tools that are there are used at once, whatever another command builds meanwhile."""

import signal
import sys
from pathlib import Path

import pytest

from devkit import __main__ as devkit
from devkit import golang, paths, toolchain
from devkit.paths import Cache
from tests.devkit.test_lock import holder


@pytest.fixture
def tools(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every tool and ct's settings, built and linked."""
    monkeypatch.setattr(paths, "LINKS", tmp_path / "links")
    monkeypatch.setattr(toolchain, "_usable_on_path", lambda _: None)
    built = golang.targets(list(toolchain.PROGRAMS.values()))
    for target in built.values():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    cache.create()
    toolchain._lint_settings().mkdir(parents=True)
    toolchain.ensure()
    return built


@pytest.mark.usefixtures("tools")
def test_the_lock_of_another_command_is_not_waited_for(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["devkit", "tools"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with holder(cache) as process:
        try:
            assert devkit.main() == 0
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["helm", "ct"])
def test_a_tool_that_was_deleted_is_built_again(tools: dict[str, Path], name: str) -> None:
    assert toolchain.is_complete()
    tools[name].unlink()
    assert not toolchain.is_complete()


@pytest.mark.usefixtures("tools")
def test_a_link_that_leads_elsewhere_is_made_again(tmp_path: Path) -> None:
    link = tmp_path / "links" / "bin" / "kind"
    link.unlink()
    link.symlink_to(tmp_path)
    assert not toolchain.is_complete()


@pytest.mark.usefixtures("tools")
def test_an_unknown_tool_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["devkit", "tools", "--only", "hammer"])
    with pytest.raises(SystemExit):
        devkit.main()
    assert "hammer" in capsys.readouterr().err


def test_one_tool_can_be_asked_for_alone(tools: dict[str, Path]) -> None:
    tools["helm"].unlink()
    assert toolchain.is_complete(["vale"])
    tools["vale"].unlink()
    assert not toolchain.is_complete(["vale"])

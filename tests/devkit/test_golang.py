"""Programs are keyed by everything that goes into them, and Go has to be new enough."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from devkit import golang, nodeimage, toolchain
from devkit.steps import StepError
from tests.e2e.values import operator_kinds

EXAMPLE = toolchain.PROGRAMS["helm"]


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "go"
    shutil.copytree(golang.MODULES, copy)
    monkeypatch.setattr(golang, "MODULES", copy)
    return copy


def test_a_version_is_read_from_go_mod() -> None:
    assert golang.required_version("helm", "helm.sh/helm/v4") == "v4.3.1"
    assert toolchain.kubernetes_version().startswith("v1.34.")
    with pytest.raises(StepError, match=r"tools/go/helm/go\.mod does not require example\.com/x"):
        golang.required_version("helm", "example.com/x")


def test_the_key_changes_with_each_input(modules: Path) -> None:
    key = golang.key(EXAMPLE, "go1.26.8")
    assert golang.key(EXAMPLE, "go1.26.8") == key
    assert golang.key(EXAMPLE, "go1.26.9") != key
    assert golang.key(replace(EXAMPLE, stamp=()), "go1.26.8") != key
    with (modules / "helm" / "go.sum").open("a") as file:
        file.write("\n")
    assert golang.key(EXAMPLE, "go1.26.8") != key


@pytest.mark.parametrize(
    ("text", "version"),
    [("go1.26.8", (1, 26, 8)), ("1.24.0", (1, 24, 0)), ("go1.26rc1", (1, 26)), ("devel", ())],
)
def test_versions_of_go(text: str, version: tuple[int, ...]) -> None:
    assert golang.parse_version(text) == version


@pytest.mark.parametrize(
    ("installed", "switch", "required", "refused"),
    [
        ("go1.26.8", "local", "1.26.0", False),
        ("go1.24.1", "local", "1.26.0", True),
        ("go1.24.1", "auto", "1.26.0", False),
        ("go1.24.1", "go1.24.1+auto", "1.26.0", False),
        ("go1.19.8", "auto", "1.26.0", True),
    ],
)
def test_go_is_refused_when_it_can_neither_build_nor_fetch_a_newer_one(
    installed: str, switch: str, required: str, refused: bool
) -> None:
    assert golang.too_old(installed, switch, required) is refused


@pytest.mark.parametrize(
    ("client", "usable"),
    [
        ("v1.34.9", True),
        ("v1.33.0", True),
        ("v1.35.1", True),
        ("v1.32.4", False),
        ("v2.34.0", False),
    ],
)
def test_a_kubectl_is_used_within_one_minor_version(client: str, usable: bool) -> None:
    assert toolchain.within_skew(client, "v1.34.4") is usable


def test_every_module_is_pinned_with_checksums() -> None:
    programs = [
        *toolchain.PROGRAMS.values(),
        *toolchain.RELEASE_PROGRAMS.values(),
        *nodeimage.PROGRAMS,
    ]
    used = {*(program.folder for program in programs), operator_kinds.FOLDER}
    assert used == {path.name for path in golang.MODULES.iterdir()}
    for folder in golang.MODULES.iterdir():
        assert (folder / "go.sum").read_text().count(" h1:") > 1


def test_without_programs_go_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the one tool that is wanted, kubectl, is the machine's own."""
    monkeypatch.setenv("PATH", "")
    assert golang.ensure([]) == {}

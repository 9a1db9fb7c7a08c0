"""Programs are keyed by everything that goes into them, and Go has to be new enough."""

import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from devkit import golang, nodeimage, toolchain
from devkit.paths import Cache
from devkit.steps import StepError
from tests.e2e.values import operator_kinds

EXAMPLE = toolchain.PROGRAMS["helm"]
ALL = [
    *toolchain.PROGRAMS.values(),
    *toolchain.RELEASE_PROGRAMS.values(),
    *nodeimage.PROGRAMS,
]
#: Notes what it is told, and writes what `go build -o FOLDER/ PACKAGE...` does.
FAKE_GO = """\
#!/bin/sh
if [ "$1" = env ]; then echo go1.99.0 auto; exit; fi
echo "$@" >> "$(dirname "$0")/told"
while [ $# -gt 0 ]; do
  case "$1" in
    -o) into=$2; shift ;;
    -*) ;;
    build) ;;
    *) if [ "$into" != /dev/null ]; then touch "$into$(basename "$1")"; fi ;;
  esac
  shift
done
"""


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(golang, "_COMPILER_FLAGS", ())
        assert golang.key(EXAMPLE, "go1.26.8") != key
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
    used = {*(program.folder for program in ALL), operator_kinds.FOLDER}
    assert used == {path.name for path in golang.MODULES.iterdir()}
    for folder in golang.MODULES.iterdir():
        assert (folder / "go.sum").read_text().count(" h1:") > 1


def test_without_programs_go_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the one tool that is wanted, kubectl, is the machine's own."""
    monkeypatch.setenv("PATH", "")
    assert golang.ensure([]) == {}


class NeverFree:
    """A lock that another lane holds."""

    def __enter__(self) -> None:
        pytest.fail("it waits")

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def told(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What Go was told, a line for each time."""
    go = tmp_path / "fake" / "go"
    go.parent.mkdir()
    go.write_text(FAKE_GO)
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    cache.scratch.mkdir()
    return go.parent / "told"


def test_what_is_missing_of_a_folder_is_built_together(told: Path) -> None:
    first, *rest = nodeimage.PROGRAMS
    golang.ensure([first])
    made = golang.ensure(list(nodeimage.PROGRAMS))
    assert all(path.is_file() for path in made.values())
    lines = told.read_text().splitlines()
    together = [each.package for each in rest if not each.alone]
    assert len(lines) == 2 + sum(each.alone for each in rest)
    assert lines[1].endswith(" ".join(together))
    assert f" {first.package}" not in lines[1]
    golang.ensure(list(nodeimage.PROGRAMS))
    assert told.read_text().splitlines() == lines


def test_what_is_there_waits_for_no_other_build(
    told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golang.ensure([EXAMPLE])
    monkeypatch.setattr(golang, "_turn", NeverFree())
    assert golang.ensure([EXAMPLE])[EXAMPLE.name].is_file()
    assert len(told.read_text().splitlines()) == 1


def test_each_program_has_its_own_stamp(told: Path) -> None:
    golang.ensure(list(nodeimage.PROGRAMS))
    together = told.read_text().splitlines()[0]
    version = toolchain.kubernetes_version()
    for each in ("kubelet", "kubectl"):
        stamp = f"-ldflags=k8s.io/kubernetes/cmd/{each}=-s -w -X=k8s.io/component-base"
        assert f"{stamp}/version.gitVersion={version}" in together
    assert "-ldflags=cardano-forge-manager/tools/kubernetes/etcd=-s -w -ldflags" in together


def test_compiling_ahead_makes_no_program(told: Path, cache: Cache) -> None:
    golang.compile_ahead([EXAMPLE])
    assert "-o /dev/null helm.sh/helm/v4/cmd/helm" in told.read_text()
    assert not cache.binaries.exists()


def test_no_two_programs_that_are_built_together_have_one_name() -> None:
    for group in golang.groups(list({each.name: each for each in ALL}.values())):
        names = Counter(golang.executable(each) for each in group)
        assert max(names.values()) == 1, names


def test_the_clusters_programs_are_made_of_the_same_packages() -> None:
    """Else each would compile a Kubernetes client of its own: two minutes for each."""
    assert {each.folder for each in nodeimage.PROGRAMS} == {toolchain.KUBECTL.folder}

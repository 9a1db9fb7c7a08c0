"""The images for all processors, made twice: `make test-release`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devkit import paths, steps
from forge_manager import __version__
from release import base
from release.platforms import PLATFORMS, Platform, machine_of

pytestmark = pytest.mark.timeout(2400)
BUILD_DEADLINE_S = 1000.0
PROGRAM, LIBRARY = "opt/forge-manager/lib/", f"usr/lib/python{base.PYTHON}/"


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """Made of this checkout, and of a copy, at another time and by somebody with other settings."""
    folder = tmp_path_factory.mktemp("images")
    copy = folder / "copy"
    subprocess.run(
        ["git", "clone", "--quiet", paths.REPOSITORY, copy], check=True, timeout=BUILD_DEADLINE_S
    )
    others = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    build(paths.REPOSITORY, folder / "one", {}, umask=0o022)
    build(copy, folder / "two", others, umask=0o077)
    yield [folder / "one", folder / "two"]
    shutil.rmtree(folder)


def build(checkout: Path, out: Path, environment: dict[str, str], *, umask: int) -> None:
    python_path = f"{checkout / 'tools'}:{checkout / 'sidecar' / 'src'}"
    subprocess.run(
        [sys.executable, "-m", "release", "images", out],
        env={**os.environ, **environment, "PYTHONPATH": python_path},
        umask=umask,
        check=True,
        timeout=BUILD_DEADLINE_S,
    )


def blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / "sha256" / digest.removeprefix("sha256:")


def read(layout: Path, descriptor: dict[str, Any]) -> Any:
    return json.loads(blob(layout, descriptor["digest"]).read_text())


def index_of(layout: Path) -> Any:
    (descriptor,) = json.loads((layout / "index.json").read_text())["manifests"]
    return read(layout, descriptor)


def manifest_of(layout: Path, platform: Platform) -> Any:
    (found,) = [
        each
        for each in index_of(layout)["manifests"]
        if each["platform"] == {"os": "linux", "architecture": platform.name}
    ]
    return read(layout, found)


def test_two_builds_are_one(layouts: list[Path]) -> None:
    one, two = ((layout / "index.json").read_text() for layout in layouts)
    assert one == two


def test_every_blob_is_what_it_is_called_and_all_that_is_named_is_there(
    layouts: list[Path],
) -> None:
    layout = layouts[0]
    for file in (layout / "blobs" / "sha256").iterdir():
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    for platform in PLATFORMS:
        manifest = manifest_of(layout, platform)
        for part in (manifest["config"], *manifest["layers"]):
            assert blob(layout, part["digest"]).stat().st_size == part["size"]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_each_program_is_for_its_processor_and_the_interpreter_is_closed(
    layouts: list[Path], platform: Platform
) -> None:
    programs, modes = 0, {}
    manifest = manifest_of(layouts[0], platform)
    for layer in manifest["layers"]:
        with tarfile.open(blob(layouts[0], layer["digest"])) as archive:
            for member in archive:
                modes[member.name] = member.mode
                content = archive.extractfile(member) if member.isreg() else None
                machine = machine_of(content.read(20)) if content else None
                programs += machine is not None
                assert machine in (None, platform.machine), member.name
    steps.say(f"{platform.name}: {sum(each['size'] for each in manifest['layers']) / 1e6:.1f} MB")
    assert programs > len(manifest["layers"])
    assert modes[base.INTERPRETER] == 0o111
    assert modes["opt/forge-manager/bin/forge-manager"] == 0o755
    for folder in (PROGRAM, LIBRARY):
        sources = [name for name in modes if name.startswith(folder) and name.endswith(".py")]
        compiled = [name for name in modes if name.startswith(folder) and name.endswith(".pyc")]
        assert len(compiled) > 0.9 * len(sources) > 0
    assert not {"etc/resolv.conf", "etc/hostname", "etc/apt"} & modes.keys()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_it_is_started_as_the_dockerfile_says(layouts: list[Path], platform: Platform) -> None:
    config = read(layouts[0], manifest_of(layouts[0], platform)["config"])
    assert config["architecture"] == platform.name
    assert config["config"]["User"] == "10001:10001"
    assert config["config"]["Entrypoint"] == ["forge-manager"]
    names = [each.partition("=")[0] for each in config["config"]["Env"]]
    assert names == ["PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"]
    labels = config["config"]["Labels"]
    assert labels["org.opencontainers.image.version"] == __version__
    assert len(labels["org.opencontainers.image.revision"]) == 40

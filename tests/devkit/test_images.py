"""Where no base image can be pulled, ours are built on minimal ones made here."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from devkit import docker, images, rootfs
from devkit.images import Bases
from devkit.paths import Cache


@pytest.fixture
def built(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, str]]]:
    """An engine that pulls nothing: what it was told to build, with which arguments."""
    cache.scratch.mkdir()
    known = {"debian"}
    made: list[tuple[str, Mapping[str, str]]] = []

    def build(
        context: Path, tag: str, *, arguments: Mapping[str, str], dockerfile: Path | None = None
    ) -> None:
        assert dockerfile
        assert (context / "pip" / "__main__.py").is_file()
        assert not list(context.rglob("__pycache__"))
        known.add(tag)
        made.append((tag, arguments))

    monkeypatch.setattr(docker, "image_id", lambda name: f"id of {name}" if name in known else None)
    monkeypatch.setattr(docker, "pull", lambda _: False)
    monkeypatch.setattr(docker, "build", build)
    monkeypatch.setattr(rootfs, "ensure", lambda *_: "debian")
    return made


def test_the_one_to_build_with_is_the_other_with_pip(
    built: list[tuple[str, Mapping[str, str]]],
) -> None:
    bases = images._bases()
    ((tag, arguments),) = built
    assert arguments == {"BASE_IMAGE": "debian"}
    assert bases == Bases("debian", tag)
    assert images._bases() == bases
    assert len(built) == 1


def test_another_base_makes_another(
    built: list[tuple[str, Mapping[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    images._bases()
    known = docker.image_id
    monkeypatch.setattr(docker, "image_id", lambda name: "x" if name == "debian" else known(name))
    images._bases()
    assert len({tag for tag, _ in built}) == 2

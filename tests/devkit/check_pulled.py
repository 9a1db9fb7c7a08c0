"""Where images can be pulled, they are, by their digests, and nothing is built: `make test-pulled`.

An engine of its own has a registry on this machine as its mirror (`registry-mirrors`, of
dockerd(8)), and that has small images under the published names. Needs root and dockerd.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit import docker, images, nodeimage, paths, rootfs, steps, toolchain
from devkit.images import Bases
from devkit.lock import exclusive
from devkit.nodeimage import NodeImage
from tests.e2e.release.registry import free_port, server

pytestmark = pytest.mark.timeout(900)
HERE = "127.0.0.1"
START_DEADLINE_S = 60.0
END_DEADLINE_S = 30.0


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a registry with nothing in it."""
    with exclusive(paths.cache()):
        program = toolchain.ensure(["registry"])["registry"]
    port = free_port(HERE)
    with server(program, tmp_path_factory.mktemp("registry"), HERE, port):
        yield f"{HERE}:{port}"


@pytest.fixture(scope="module")
def socket(registry: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine that looks there first. It runs nothing, so it needs no network."""
    folder = tmp_path_factory.mktemp("engine")
    address = f"unix://{folder}/socket"
    settings = {
        "hosts": [address],
        "data-root": str(folder / "data"),
        "exec-root": str(folder / "exec"),
        "pidfile": str(folder / "pid"),
        "registry-mirrors": [f"http://{registry}"],
        "bridge": "none",
        "iptables": False,
        "ip-forward": False,
    }
    config, log = folder / "daemon.json", folder / "log"
    config.write_text(json.dumps(settings))
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["dockerd", "--config-file", config], stdout=output, stderr=output
        )
    try:
        steps.wait_for(
            f"the engine at {address}",
            lambda: process.poll() is not None or _answers(address),
            deadline_s=START_DEADLINE_S,
            diagnose=lambda: steps.tail(log),
        )
        assert process.poll() is None, steps.tail(log)
        yield address
    finally:
        process.terminate()
        process.wait(END_DEADLINE_S)


@pytest.fixture(autouse=True)
def engine(socket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every docker command of a test is for that engine, and nothing failed before."""
    monkeypatch.setenv("DOCKER_HOST", socket)
    monkeypatch.setattr(docker, "_unreachable", set())


def test_the_node_image_is_pulled_and_not_built(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = published("kindest/node:v1.34.4", "kindest/node", registry, tmp_path)
    monkeypatch.setattr(nodeimage, "published_reference", lambda: reference)
    monkeypatch.setattr(nodeimage, "_built_reference", lambda: "cardano-forge-node:none")
    monkeypatch.setattr(nodeimage, "_build", lambda _: pytest.fail("it was built"))
    assert not docker.image_id(reference)
    assert nodeimage.ensure() == NodeImage(reference, published=True)
    assert docker.image_id(reference)


def test_the_base_of_our_images_is_pulled_and_not_built(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = published("python:3.13-slim", "library/python", registry, tmp_path)
    monkeypatch.setattr(images, "published_base", lambda: reference)
    monkeypatch.setattr(rootfs, "ensure", lambda *_: pytest.fail("it was built"))
    assert images._bases() == Bases(reference, reference)
    assert docker.image_id(reference)


def test_other_content_under_the_same_name_is_refused(registry: str, tmp_path: Path) -> None:
    name, _, _ = published("kindest/node:other", "kindest/node", registry, tmp_path).partition("@")
    reference = f"{name}@sha256:{'0' * 64}"
    assert not docker.pull(reference)
    assert not docker.image_id(reference)


def published(name: str, repository: str, registry: str, folder: Path) -> str:
    """Put an image into the registry alone; return `name` with its digest."""
    archive = folder / "image.tar"
    with tarfile.open(archive, "w") as tar:
        file = tarfile.TarInfo("name")
        file.size = len(name)
        tar.addfile(file, io.BytesIO(name.encode()))
    there = f"{registry}/{repository}:{name.rpartition(':')[2]}"
    docker.lines("import", str(archive), there)
    docker.lines("push", there)
    (digest,) = docker.lines(
        "image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}", there
    )
    docker.lines("image", "rm", there)
    return f"{name}@{digest.partition('@')[2]}"


def _answers(address: str) -> bool:
    try:
        steps.capture(["docker", "--host", address, "version"], what="docker version")
    except steps.StepError:
        return False
    return True

"""One release for all cases of this folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from devkit import paths, toolchain
from devkit.environment import Environment
from devkit.lock import exclusive
from tests.e2e.release.registry import registry
from tests.e2e.release.released import Released, make, run


@pytest.fixture(scope="session")
def released(
    environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Released]:
    folder = tmp_path_factory.mktemp("release")
    with exclusive(paths.cache()):
        tools = toolchain.ensure(["registry", "cosign", "crane"])
    checkout = folder / "checkout"
    subprocess.run(
        ["git", "clone", "--quiet", str(paths.REPOSITORY), str(checkout)], check=True, timeout=60
    )
    pair = ("generate-key-pair", f"--output-key-prefix={folder / 'cosign'}")
    assert run("cosign", *pair).returncode == 0
    with registry(tools["registry"], folder, environment.cluster.nodes) as address:
        key = folder / "cosign.key"
        made = make(checkout, "release", f"REGISTRY={address}", f"KEY={key}")
        assert made.code == 0
        yield Released(address, checkout, key, made)

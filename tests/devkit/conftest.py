"""Every test has a cache of its own, so that none touches the one that is in use."""

from pathlib import Path

import pytest

from devkit import paths
from devkit.paths import Cache


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    for name in ("KUBECONFIG", "FORGE_MANAGER_IMAGE", "STANDIN_IMAGE", "CLUSTER_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("CLUSTER_NODES", raising=False)
    monkeypatch.setenv("FORGE_CACHE", str(tmp_path / "cache"))
    made = paths.cache()
    made.create()
    return made

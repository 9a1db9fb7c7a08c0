"""Directories and settings that every part of the sidecar's tests needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from forge_manager.credentials.paths import CredentialPaths
from tests.sidecar.credentials.damage_table import pytest_terminal_summary
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE

__all__ = ["pytest_terminal_summary"]  # a hook that pytest finds here


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test asks is on this machine, whose own proxy knows nothing of it."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass(frozen=True)
class Volumes:
    """The directories of a pod, on this machine."""

    root: Path

    @property
    def source(self) -> Path:
        """Where the Secret is mounted."""
        return self.root / "source"

    @property
    def target(self) -> Path:
        """Where the node reads."""
        return self.root / "target"

    @property
    def socket(self) -> Path:
        """The node's socket."""
        return self.root / "node.socket"


@pytest.fixture
def volumes(tmp_path: Path) -> Volumes:
    """Two empty directories."""
    found = Volumes(tmp_path)
    found.source.mkdir()
    found.target.mkdir()
    return found


def paths_in(directory: Path) -> CredentialPaths:
    """Return the three files' usual names in a directory."""
    return CredentialPaths(
        directory / KES_FILE, directory / VRF_FILE, op_cert=directory / OP_CERT_FILE
    )

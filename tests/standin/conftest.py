"""Directories of credentials for the stand-in to start on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.keys import Pool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def pool() -> Pool:
    return Pool.generate(b"stand-in tests")


@pytest.fixture
def home(tmp_path: Path, pool: Pool) -> Path:
    """A directory for StandinProcess whose keys/ holds a valid set."""
    (tmp_path / "keys").mkdir()
    pool.issue().write(tmp_path / "keys")
    return tmp_path

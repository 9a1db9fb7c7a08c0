"""A pod for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sidecar.guard.pod import Pod


@pytest.fixture
def pod(tmp_path: Path) -> Pod:
    """Empty volumes."""
    return Pod(tmp_path)

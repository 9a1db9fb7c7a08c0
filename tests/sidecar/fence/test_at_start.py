"""The first fence is there before the gate opens, and never speaks of a node that is up."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.fence.at_start import publish_first_fence
from forge_manager.fence.protocol import Fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.node.process import NodeProcess

BOOT = "boot"


@pytest.mark.parametrize(
    ("reason", "written"),
    [
        (Reason.NODE_SOCKET_MISSING, True),
        (Reason.NODE_SOCKET_REFUSED, True),
        (Reason.NODE_SOCKET_ACCEPTS, False),
        (Reason.NODE_SOCKET_BUSY, False),
        (Reason.NODE_SOCKET_UNREACHABLE, False),
    ],
)
def test_it_is_written_when_nobody_listens(tmp_path: Path, reason: Reason, written: bool) -> None:
    state = StateDirectory(tmp_path, BOOT)
    publish_first_fence(state, BOOT, lambda: reason)
    assert state.fence() == (Fence(BOOT, None, 0, 0, off=True) if written else None)


def test_what_an_earlier_manager_said_stands(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path, BOOT)
    said = Fence(BOOT, NodeProcess(41, 1000), 7, 8, off=False, tenures=("mark",))
    state.publish_fence(said)
    publish_first_fence(state, BOOT, lambda: Reason.NODE_SOCKET_MISSING)
    assert state.fence() == said


def test_a_volume_that_cannot_be_written_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = StateDirectory(tmp_path / "missing", BOOT)
    publish_first_fence(state, BOOT, lambda: Reason.NODE_SOCKET_MISSING)
    assert "the fence cannot be written" in caplog.text

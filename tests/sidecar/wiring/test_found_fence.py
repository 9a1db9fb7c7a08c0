"""A node that ended while no manager watched is told from the fence that permitted it."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.base.clocks import read_boot_id
from forge_manager.control.status import ForgingStatus
from forge_manager.fence.at_start import ended_unwatched
from forge_manager.fence.protocol import Fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.gate.slot_clock_reader import SlotClockReader
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.node.peer import NodeSocket
from forge_manager.node.process import NodeProcess
from forge_manager.settings.manager import parse_settings
from forge_manager.wiring.control_start import start

NODE = NodeProcess(41, 1000)


def _fence(node: NodeProcess | None = NODE, until_ns: int = 7, *, off: bool = False) -> Fence:
    return Fence("boot", node, until_ns, 8, off=off)


@pytest.mark.parametrize("now", [None, NodeProcess(41, 2000)], ids=["nobody", "another"])
def test_a_permitted_node_that_is_gone_ended_unwatched(now: NodeProcess | None) -> None:
    assert ended_unwatched(_fence(), lambda _: now)


def test_a_permitted_node_that_lives_did_not_end() -> None:
    assert not ended_unwatched(_fence(), lambda _: NODE)


@pytest.mark.parametrize(
    "found",
    [None, _fence(None), _fence(off=True), _fence(until_ns=0)],
    ids=["no fence", "no node", "known to be off", "to be killed"],
)
def test_a_fence_that_permitted_nothing_tells_of_no_end(found: Fence | None) -> None:
    assert not ended_unwatched(found, lambda _: None)


def test_control_tells_of_it_when_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    settings = parse_settings({"STATE_DIR": str(tmp_path), "CHECKED_DIR": str(tmp_path)})
    gone = NodeProcess(2**30, 1)  # above the kernel's highest number, 2**22
    StateDirectory(tmp_path, read_boot_id()).publish_fence(
        Fence(read_boot_id(), gone, 1, 0, off=False)
    )
    telemetry = Telemetry()
    assert telemetry.control.ended_unwatched is None
    socket = NodeSocket(tmp_path / "node.socket")
    clock = SlotClockReader(settings.network.name, settings.network.shelley_genesis)
    start(settings, socket, telemetry, ForgingStatus(), lambda: None, clock=clock).stop()
    assert telemetry.control.ended_unwatched

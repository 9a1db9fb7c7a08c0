"""When forging control starts, that a failure is tried again, and what health says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.base.clocks import read_boot_id
from forge_manager.control.status import ForgingStatus, initial_state
from forge_manager.fence.protocol import Fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.gate.slot_clock_reader import SlotClockReader
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.node.peer import NodeSocket
from forge_manager.node.process import NodeProcess
from forge_manager.settings.manager import Settings, parse_settings
from forge_manager.wiring import control_start as start_module
from forge_manager.wiring.control_keeper import ControlKeeper

NOWHERE = NodeSocket(Path("/nowhere"))
CLOCK = SlotClockReader("mainnet", None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a pod with a guard."""
    for name in ("state", "checked"):
        (tmp_path / name).mkdir()
    variables = {"STATE_DIR": str(tmp_path / "state"), "CHECKED_DIR": str(tmp_path / "checked")}
    return parse_settings(variables)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """What each start is to raise; those that were made are taken away."""
    outcomes: list[Exception | None] = []

    def start(*_: object, **__: object) -> start_module.Running:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return start_module.Running(lambda: None, tuple)

    monkeypatch.setattr(start_module, "start", start)
    return outcomes


def test_it_starts_once_when_the_gate_opens(
    settings: Settings, started: list[Exception | None]
) -> None:
    started.append(None)
    keeper = ControlKeeper(settings, Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK)
    keeper.keep(False)
    assert started == [None]
    keeper.keep(True)
    keeper.keep(True)
    assert started == []


def test_it_starts_before_the_gate_when_a_node_was_left_behind(
    settings: Settings, started: list[Exception | None]
) -> None:
    started.append(None)
    fence = Fence(read_boot_id(), NodeProcess(1, 1), 0, 0, off=False)
    StateDirectory(settings.shared.state, read_boot_id()).publish_fence(fence)
    ControlKeeper(settings, Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK).keep(False)
    assert started == []


def test_a_failure_is_tried_again_later(
    settings: Settings, started: list[Exception | None]
) -> None:
    started.extend([RuntimeError("no thread"), None])
    now = [0.0]
    keeper = ControlKeeper(
        settings, Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK, clock=lambda: now[0]
    )
    keeper.keep(True)
    keeper.keep(True)
    assert len(started) == 1, "not at once"
    now[0] = 60.0
    keeper.keep(True)
    assert started == []


def test_without_a_guard_nothing_is_controlled(started: list[Exception | None]) -> None:
    ControlKeeper(
        parse_settings({}), Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK
    ).keep(True)
    assert started == []


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"NODE_CONTROL": "none"}, "the node forges from its start"),
        ({}, "forging is never switched on"),
    ],
)
def test_it_says_once_why_nothing_is_controlled(
    variables: dict[str, str], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = ControlKeeper(
        parse_settings(variables), Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK
    )
    keeper.keep(True)
    keeper.keep(True)
    assert [said in record.getMessage() for record in caplog.records] == [True]


def test_before_its_first_round_nothing_is_claimed(settings: Settings) -> None:
    state = initial_state(settings)
    assert (state.handed_over, state.forging, state.leading) == (False, None, False)
    alone = initial_state(parse_settings({}))
    assert (alone.handed_over, alone.forging) == (True, False)
    unsignalled = initial_state(parse_settings({"NODE_CONTROL": "none"}))
    assert (unsignalled.handed_over, unsignalled.forging) == (True, None)


def test_before_its_start_no_thread_of_it_is_ill(settings: Settings) -> None:
    keeper = ControlKeeper(settings, Telemetry, ForgingStatus(), NOWHERE, network_clock=CLOCK)
    assert keeper.health() == ()

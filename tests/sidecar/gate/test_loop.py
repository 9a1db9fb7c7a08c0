"""The control loop, the gate and what is said of their changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import STALLED_AFTER, LoopAge
from forge_manager.credentials.verdict import Check
from forge_manager.gate.announce import announce
from forge_manager.gate.loop import GateLoop
from forge_manager.gate.state import STARTING, Gate, GatePhase, GateState
from forge_manager.metrics.telemetry import Telemetry
from tests.sidecar.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

WARNED = Check("vrf", ok=False, detail="odd", blocking=False, reason=Reason.VRF_KEY_INCONSISTENT)
READY = GateState(GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, "ready", True)
MISSING = GateState(GatePhase.NOT_READY, Reason.SOURCE_MISSING, "missing")


def _manager(step: Callable[[], GateState | None], gate: Gate, ready: list[str]) -> GateLoop:
    return GateLoop(
        step=step,
        gate=gate,
        heartbeat=LoopAge("gate"),
        on_ready=lambda: ready.append("ready"),
    )


def test_readiness_is_reported_once_per_opening() -> None:
    states = iter([MISSING, READY, None, READY])
    gate, ready = Gate(), list[str]()
    manager = _manager(lambda: next(states), gate, ready)
    for _ in range(4):
        manager.turn()
    assert ready == ["ready"]
    assert gate.state == READY


def test_a_defect_in_a_turn_is_a_state_and_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[GateState | Exception | None] = [
        RuntimeError("secret"),
        RuntimeError("x"),
        READY,
    ]

    def step() -> GateState | None:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    gate = Gate()
    manager = _manager(step, gate, [])
    with caplog.at_level(logging.INFO):
        manager.turn()
        assert (gate.state.phase, gate.state.reason) == (GatePhase.ERROR, Reason.INTERNAL_ERROR)
        assert "RuntimeError at" in gate.state.message
        assert "secret" not in gate.state.message
        manager.turn()
        assert len(caplog.records) == 1, "the same defect again is not said again"
        manager.turn()
    assert gate.state == READY


def test_a_defect_after_readiness_does_not_shut_the_gate() -> None:
    gate = Gate()
    gate.publish(READY)

    def step() -> GateState | None:
        raise RuntimeError

    _manager(step, gate, []).turn()
    assert gate.state.ready
    assert gate.state.credentials_provisioned


def test_it_turns_until_it_is_stopped() -> None:
    turns: list[int] = []
    manager = _manager(lambda: turns.append(1), Gate(), [])
    manager.start()
    until(lambda: turns, "a turn")
    manager.stop()
    seen = len(turns)
    assert not manager._thread.is_alive()
    assert len(turns) == seen


def test_health_is_the_age_of_the_last_beat() -> None:
    now = [100.0]
    heartbeat = LoopAge("gate", lambda: now[0])
    now[0] += STALLED_AFTER
    assert heartbeat.health() == ()
    now[0] += 1
    assert [ailment.thread for ailment in heartbeat.health()] == ["gate"]
    heartbeat.beat()
    assert heartbeat.health() == ()


def test_the_gate_tells_its_observer_of_changes_only() -> None:
    gate, seen = Gate(), list[GateState]()
    gate.observe(lambda: seen.append(gate.state))
    assert not gate.publish(STARTING)
    assert gate.publish(MISSING)
    assert not gate.publish(MISSING)
    assert seen == [MISSING]


def test_a_change_is_one_line_with_every_finding(caplog: pytest.LogCaptureFixture) -> None:
    with_warning = GateState(
        GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, "ready", True, (WARNED,)
    )
    other_detail = GateState(
        GatePhase.READY,
        Reason.CREDENTIALS_PROVISIONED,
        "ready",
        True,
        (Check("vrf", False, "period 2", False, Reason.VRF_KEY_INCONSISTENT),),
    )
    with caplog.at_level(logging.INFO):
        announce(STARTING, MISSING)
        announce(MISSING, with_warning)
        announce(with_warning, other_detail)
        announce(other_detail, READY)
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]


def test_telemetry_keeps_the_first_readiness() -> None:
    telemetry = Telemetry()
    assert telemetry.gate.startup_seconds is None
    telemetry.gate.became_ready(1.5)
    telemetry.gate.became_ready(9.0)
    assert telemetry.gate.startup_seconds == 1.5

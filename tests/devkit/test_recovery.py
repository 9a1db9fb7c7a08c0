"""What is left of a cluster is used, repaired or replaced."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devkit.recovery import Action, Node, decide, ready_since_start

NAMES = ("one-control-plane", "one-worker")
STARTED = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def containers(*states: str) -> list[Node]:
    return [Node(name, state, STARTED) for name, state in zip(NAMES, states, strict=False)]


def action(found: list[Node], recorded: str | None = "key") -> Action:
    return decide(found, expected=NAMES, recorded=recorded, wanted="key").action


def test_nothing_there_is_created() -> None:
    assert action([], recorded=None) is Action.CREATE
    assert action([], recorded="key") is Action.CREATE


def test_what_runs_as_wanted_is_used() -> None:
    assert action(containers("running", "running")) is Action.REUSE


def test_an_interrupted_creation_is_replaced() -> None:
    found = containers("running", "running")
    decision = decide(found, expected=NAMES, recorded=None, wanted="key")
    assert decision.action is Action.RECREATE
    assert "interrupted" in decision.reason


def test_another_configuration_is_replaced() -> None:
    assert action(containers("running", "running"), recorded="other") is Action.RECREATE


def test_a_lost_node_is_replaced_with_all_others_and_named() -> None:
    decision = decide(containers("running"), expected=NAMES, recorded="key", wanted="key")
    assert decision.action is Action.RECREATE
    assert "one-worker" in decision.reason


@pytest.mark.parametrize("state", ["exited", "paused", "created", "dead"])
def test_a_halted_node_is_started_again_and_named(state: str) -> None:
    found = containers("running", state)
    decision = decide(found, expected=NAMES, recorded="key", wanted="key")
    assert decision.action is Action.RESTART
    assert f"one-worker is {state}" in decision.reason


def report(name: str, *, seconds_after_start: int, status: str = "True") -> dict[str, Any]:
    when = STARTED.replace(microsecond=0) + timedelta(seconds=seconds_after_start)
    return {
        "metadata": {"name": name},
        "status": {
            "conditions": [
                {"type": "DiskPressure", "status": "False"},
                {
                    "type": "Ready",
                    "status": status,
                    "lastHeartbeatTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                },
            ]
        },
    }


def test_a_report_from_before_the_restart_does_not_count() -> None:
    found = containers("running", "running")
    fresh = [report(name, seconds_after_start=0) for name in NAMES]
    assert ready_since_start(found, fresh)
    stale = [fresh[0], report(NAMES[1], seconds_after_start=-1)]
    assert not ready_since_start(found, stale)


def test_every_node_has_to_report_and_to_be_ready() -> None:
    found = containers("running", "running")
    first = report(NAMES[0], seconds_after_start=5)
    assert not ready_since_start(found, [first])
    unready = report(NAMES[1], seconds_after_start=5, status="Unknown")
    assert not ready_since_start(found, [first, unready])

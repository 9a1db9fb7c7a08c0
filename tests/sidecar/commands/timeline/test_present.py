"""The table of what is so now, from the managers' own pages of metrics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forge_manager.base.reasons import Reason
from forge_manager.commands.timeline.present import table
from forge_manager.control.status import ALONE, ForgingStatus
from forge_manager.forging.phases import Phase
from forge_manager.gate.state import Gate, GatePhase, GateState
from forge_manager.metrics.page import MetricsPage
from forge_manager.metrics.telemetry import Telemetry
from forge_manager.settings.manager import parse_settings
from tests.sidecar.credentials.damage import GOOD
from tests.sidecar.credentials.judging import judge


def page(directory: Path, *, leads: bool) -> str:
    """A manager's page, written by the manager's own code."""
    env = {"STATE_DIR": str(directory), "CHECKED_DIR": str(directory)}
    gate, forging, telemetry = Gate(), ForgingStatus(), Telemetry()
    gate.publish(GateState(GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, ""))
    phase = Phase.FORGING if leads else Phase.STANDBY
    forging.publish(replace(ALONE, phase=phase, leading=leads, forging=leads))
    telemetry.sets.live = judge(GOOD, now=150.0)
    telemetry.gate.became_ready(0.25)
    return MetricsPage(parse_settings(env), gate, forging, telemetry).response().body.decode()


def test_a_leader_and_its_standby(tmp_path: Path) -> None:
    pages = {n: page(tmp_path, leads=leads) for n, leads in (("pool-0", False), ("pool-1", True))}
    head, standby, leader = (line.split() for line in table(pages).splitlines())
    assert head[:4] == ["pod", "gate", "after", "phase"]
    assert standby[:5] == ["pool-0", "CredentialsProvisioned", "0.2", "s", "Standby"]
    assert leader[:5] == ["pool-1", "CredentialsProvisioned", "0.2", "s", "Forging"]
    assert ("no" in standby, "yes" in leader) == (True, True)


def test_a_manager_that_does_not_answer_has_a_row_that_says_so(tmp_path: Path) -> None:
    lines = table({"pool-0": None, "pool-1": page(tmp_path, leads=False)}).splitlines()
    assert lines[1] == "pool-0  its manager's metrics cannot be read"
    assert lines[2].startswith("pool-1  CredentialsProvisioned")


def test_what_a_page_does_not_say_is_a_dash() -> None:
    (_, row) = table({"pool-0": "# nothing\n"}).splitlines()
    assert row.split() == ["pool-0", "-", "-", "-", "-", "-", "not", "known", "-"]

"""STARTUP-PROBE.md has every reason code, and says of each whether it blocks."""

from __future__ import annotations

import re
from pathlib import Path

from forge_manager.base.exit_codes import ExitCode
from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import blocks
from forge_manager.gate.state import GatePhase

DOCUMENT = (Path(__file__).parents[2] / "STARTUP-PROBE.md").read_text()
ROWS = dict(re.findall(r"^\| `([A-Z]\w+)` \|[^|]+\| ([^|]+) \|", DOCUMENT, re.MULTILINE))


def test_every_reason_has_a_row_and_no_row_is_of_nothing() -> None:
    assert set(ROWS) == {reason.value for reason in Reason}


def test_the_document_says_of_each_finding_whether_it_blocks() -> None:
    judged = {reason for reason in Reason if ROWS[reason.value] in ("blocks", "warns")}
    gate = {Reason.STARTING, Reason.INTERNAL_ERROR}
    target = {r for r in Reason if r.value.startswith("Target")} - {Reason.TARGET_ON_DISK}
    blocking = {reason for reason in judged if ROWS[reason.value] == "blocks"}
    assert blocking == {reason for reason in Reason if blocks(reason, strict=True)} | gate | target


def test_states_and_exit_codes_are_documented() -> None:
    for phase in GatePhase:
        assert f"| `{phase.value}` |" in DOCUMENT
    codes = DOCUMENT.partition("Exit codes of every command:")[2][:400]
    assert set(map(int, re.findall(r"\b(\d)\b", codes))) == {code.value for code in ExitCode}

"""What a look at the target adds to the checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import RejectionError, Verdict
from forge_manager.gate.decision import SourceOutcome, gate_state

TARGET = Path("/keys/live")


def told(failure: RejectionError | None = None, in_memory: bool | None = None) -> dict[str, Reason]:
    """Return the reason of each check about the target, by its name."""
    seen = SourceOutcome(Verdict(checks=()), True, failure, TARGET, in_memory)
    return {check.name: check.reason for check in gate_state(seen).checks if check.reason}


@pytest.mark.parametrize("in_memory", [True, None])
def test_a_target_in_memory_or_of_unknown_kind_is_not_told_of(in_memory: bool | None) -> None:
    assert told(in_memory=in_memory) == {}


def test_one_on_a_disk_is_told_of_and_blocks_nothing() -> None:
    assert told(in_memory=False) == {"target_in_memory": Reason.TARGET_ON_DISK}
    seen = SourceOutcome(Verdict(checks=()), True, None, TARGET, in_memory=False)
    (check,) = gate_state(seen).checks
    assert (check.ok, check.blocking) == (False, False)
    assert str(TARGET) in check.detail

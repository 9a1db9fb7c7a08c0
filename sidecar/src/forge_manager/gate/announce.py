"""Log each change of the gate's state in one line, with every reason."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.gate.state import GatePhase, GateState

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Check

_log = logging.getLogger(__name__)


def announce(before: GateState, after: GateState) -> None:
    """Log what the gate says now, and the findings that its own message leaves out."""
    findings = _findings(after)
    if _said(before) == _said(after) and _findings(before).keys() == findings.keys():
        return  # only a number in some detail has changed
    fields: dict[str, object] = {
        "status": after.phase.value,
        "reason": after.reason.value,
        "detail": after.message,
    }
    others = [f"{reason}: {check.detail}" for (_, reason), check in findings.items()]
    if others:
        fields["findings"] = " | ".join(others)
    _log.log(_level(after, findings), "startup gate", extra=logs.fields(**fields))


def _said(state: GateState) -> tuple[object, ...]:
    return state.phase, state.reason, state.message


def _findings(state: GateState) -> dict[tuple[str, str], Check]:
    return {
        (check.name, check.reason.value): check
        for check in state.checks
        if check.ok is False and check.reason and check.detail not in state.message
    }


def _level(state: GateState, findings: dict[tuple[str, str], Check]) -> int:
    if state.phase is GatePhase.ERROR:
        return logging.ERROR
    return logging.WARNING if state.ready and findings else logging.INFO

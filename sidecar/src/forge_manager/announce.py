"""Say each change of the gate's state once in the log, with its reason."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from forge_manager import logs
from forge_manager.status import GateState, Phase

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Check

_log = logging.getLogger(__name__)

_LEVELS = {Phase.READY: logging.INFO, Phase.NOT_READY: logging.INFO, Phase.ERROR: logging.ERROR}


def announce(before: GateState, after: GateState) -> None:
    """Log what changed: the gate itself, then findings that are new and findings that are gone."""
    gate = (after.phase, after.reason, after.message)
    if (before.phase, before.reason, before.message) != gate:
        _log.log(
            _LEVELS[after.phase],
            "startup gate",
            extra=logs.fields(status=after.phase, reason=after.reason, detail=after.message),
        )
    failing_before, failing_after = _failing(before), _failing(after)
    for name, reason in failing_after.keys() - failing_before.keys():
        check = failing_after[name, reason]
        if check.detail not in after.message:  # the gate's own line has said it
            _log.warning(
                "credential check failed",
                extra=logs.fields(
                    check=name, reason=reason, blocking=check.blocking, detail=check.detail
                ),
            )
    for name, reason in failing_before.keys() - failing_after.keys():
        _log.info("credential check no longer fails", extra=logs.fields(check=name, reason=reason))


def _failing(state: GateState) -> dict[tuple[str, str], Check]:
    return {(check.name, check.reason or ""): check for check in state.checks if check.ok is False}

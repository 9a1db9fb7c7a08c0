"""The gate's state, given what was found at the source and what is in place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import Check, RejectionError, Verdict, is_waiting
from forge_manager.gate.state import GatePhase, GateState

if TYPE_CHECKING:
    from pathlib import Path


#: A set with one of these does not replace a set that is good now.
_OF_ANOTHER_PERIOD = (Reason.KES_PERIOD_IN_FUTURE, Reason.KES_PERIOD_EXPIRED)


@dataclass(frozen=True)
class SourceOutcome:
    """One look at the source, and what came of it.

    `provisioned`: a good set is in place, this one or an earlier one. `kept`: it is the earlier
    one, because this one is not for the current KES period.
    `failure`: why an accepted set could not be put in place.
    `in_memory`: whether the target is memory-backed, None when unknown.
    """

    verdict: Verdict
    provisioned: bool
    failure: RejectionError | None
    target: Path
    in_memory: bool | None
    kept: bool = False


def gate_state(seen: SourceOutcome) -> GateState:
    """Decide whether the node may start, and say why.

    Once a good set is in place the gate stays open, whatever happens at the source: closing it
    could not stop a running node, and would keep a node that has what it needs from starting.
    """
    checks = (*seen.verdict.checks, *_target_checks(seen))
    reason, detail = _obstacle(seen)
    if seen.provisioned:
        if reason is None:
            return GateState(
                GatePhase.READY,
                Reason.CREDENTIALS_PROVISIONED,
                "Startup credentials provisioned successfully",
                credentials_provisioned=True,
                checks=checks,
            )
        return GateState(
            GatePhase.READY,
            Reason.CREDENTIALS_KEPT,
            f"The set provisioned earlier stays in place; the source: {detail}",
            credentials_provisioned=True,
            checks=checks,
        )
    phase = GatePhase.NOT_READY if is_waiting(reason) else GatePhase.ERROR
    return GateState(phase, reason or Reason.INTERNAL_ERROR, detail, checks=checks)


def _obstacle(seen: SourceOutcome) -> tuple[Reason | None, str]:
    blocker = seen.verdict.blocker
    if blocker is not None:
        return blocker.reason, blocker.detail
    if seen.failure is not None:
        return seen.failure.reason, seen.failure.detail
    if seen.kept:
        found = (check for check in seen.verdict.warnings if check.reason in _OF_ANOTHER_PERIOD)
        return next(((check.reason, check.detail) for check in found), (None, ""))
    return None, ""


def _target_checks(seen: SourceOutcome) -> list[Check]:
    checks = []
    if seen.failure is not None:
        checks.append(
            Check(
                "target_provisioned",
                ok=False,
                detail=seen.failure.detail,
                blocking=True,
                reason=seen.failure.reason,
            )
        )
    if seen.in_memory is False:
        checks.append(
            Check(
                "target_in_memory",
                ok=False,
                detail=f"{seen.target} is not memory-backed, so key material reaches a disk; use "
                "an emptyDir with medium: Memory",
                blocking=False,
                reason=Reason.TARGET_ON_DISK,
            )
        )
    return checks

"""The startup gate's state: one thread writes it, the HTTP server reads it and waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from forge_manager.base.observable import Observable
from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Check


class GatePhase(StrEnum):
    """The `status` of `/startup-status`."""

    READY = "ready"
    NOT_READY = "not_ready"  # files are still missing
    ERROR = "error"  # files are there and refused, or could not be put in place


@dataclass(frozen=True)
class GateState:
    """Why the node may start, or may not."""

    phase: GatePhase
    reason: Reason
    message: str
    credentials_provisioned: bool = False
    checks: tuple[Check, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether the node may start."""
        return self.phase is GatePhase.READY


STARTING = GateState(GatePhase.NOT_READY, Reason.STARTING, "The credentials have not been read yet")


class Gate(Observable[GateState]):
    """The startup gate."""

    def __init__(self) -> None:
        super().__init__(STARTING)

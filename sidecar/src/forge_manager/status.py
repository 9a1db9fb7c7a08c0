"""States that one thread writes and the HTTP server reads and waits for; the startup gate's."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from forge_manager.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.credentials.verdict import Check

StateT = TypeVar("StateT")


class Phase(StrEnum):
    """The `status` of `/startup-status`."""

    READY = "ready"
    NOT_READY = "not_ready"  # files are still to come
    ERROR = "error"  # files are there and refused, or could not be put in place


@dataclass(frozen=True)
class GateState:
    """Why the node may start, or may not."""

    phase: Phase
    reason: Reason
    message: str
    credentials_provisioned: bool = False
    checks: tuple[Check, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether the node may start."""
        return self.phase is Phase.READY


STARTING = GateState(Phase.NOT_READY, Reason.STARTING, "The credentials have not been read yet")


class Observable(Generic[StateT]):
    """Holds the current state and tells observers of each change. Thread-safe."""

    def __init__(self, initial: StateT) -> None:
        self._lock = threading.Lock()
        self._state = initial
        self._observers: tuple[Callable[[], None], ...] = ()

    @property
    def state(self) -> StateT:
        """The current state."""
        with self._lock:
            return self._state

    def observe(self, observer: Callable[[], None]) -> None:
        """Call `observer` after each change, in the thread that made it; it must not block."""
        with self._lock:
            self._observers = (*self._observers, observer)

    def publish(self, state: StateT) -> bool:
        """Set the state; returns whether it differs from the one before."""
        with self._lock:
            changed = state != self._state
            self._state = state
            observers = self._observers if changed else ()
        for observer in observers:
            observer()
        return changed


class Gate(Observable[GateState]):
    """The startup gate."""

    def __init__(self) -> None:
        super().__init__(STARTING)

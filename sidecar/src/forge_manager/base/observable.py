"""A state that one thread writes, and others read and wait for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


StateT = TypeVar("StateT")


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

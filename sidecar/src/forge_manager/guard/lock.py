"""Only one guard works at a time: a new one waits while another is still stopping."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "guard.lock"
_MODE = 0o600


class GuardLock:
    """A lock that is released when the process ends, however it ends (flock(2))."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, state: Path) -> Self:
        """Open the lock's file. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        return cls(os.open(state / _FILE, flags, _MODE))

    def take(self) -> bool:
        """Take the lock if it is free; tells whether this process has it now."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

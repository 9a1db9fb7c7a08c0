"""How the command asks the manager: two small files on the state volume, each replaced whole."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from forge_manager.base.bounded_file import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

_REQUEST = "reload-topology.request"
_DONE = "reload-topology.done"
_MAX_BYTES = 64


class ReloadRequests:
    """One request at a time; its token distinguishes it from earlier ones."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._text = os.fspath(state)

    def ask(self, token: str) -> None:
        """Ask for a reload. Raises OSError."""
        self._write(_REQUEST, token)

    def withdraw(self) -> None:
        """Withdraw the request. Raises OSError."""
        (self._state / _REQUEST).unlink(missing_ok=True)

    def wanted(self) -> str:
        """Return what is asked for, "" for nothing. Never raises."""
        return self._read(_REQUEST)

    def finish(self, token: str) -> None:
        """Report that it is done; if that cannot be written, the caller gives up. Never raises."""
        with suppress(OSError):
            self._write(_DONE, token)

    def finished(self) -> str:
        """Return what was done last. Never raises."""
        return self._read(_DONE)

    def _read(self, name: str) -> str:
        content = read_bounded(f"{self._text}/{name}", _MAX_BYTES)
        return (content or b"").decode(errors="replace")

    def _write(self, name: str, token: str) -> None:
        temporary = self._state / f".{name}"
        temporary.write_text(token)
        temporary.replace(self._state / name)

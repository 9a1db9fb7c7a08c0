"""What the stand-in says: log lines for people, and the same for a journal file.

A line is `<UTC time with ms> <host> <event> [details]`. Every line is one write, so that it is
complete whenever the process is killed, and lines of several processes never mix.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_STDOUT = 1


class Journal:
    """Writes to standard output; what shows who ran and forged when, to the journal file too."""

    def __init__(self, host: str, journal: Path | None) -> None:
        self._host = host
        self._witness: int | None = None
        if journal is not None:
            journal.parent.mkdir(parents=True, exist_ok=True)
            self._witness = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def log(self, event: str) -> None:
        """Say something to people."""
        os.write(_STDOUT, self._line(event))

    def journal(self, event: str) -> None:
        """Say something that a test of forging counts on."""
        line = self._line(event)
        if self._witness is not None:
            os.write(self._witness, line)
        os.write(_STDOUT, line)

    def _line(self, event: str) -> bytes:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{now} {self._host} {event}\n".encode()

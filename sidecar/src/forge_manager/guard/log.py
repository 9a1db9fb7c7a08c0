"""The guard's log: the usual lines, written without ever waiting for the reader."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from forge_manager.base.line_writer import LineWriter
from forge_manager.base.log_lines import LogFormat, LogLevel, json_line, text_line

if TYPE_CHECKING:
    from forge_manager.settings.shared import Logging

_SEVERITY = list(LogLevel)


class GuardLog:
    """Writes to one descriptor. A line is lost if there is no room; the guard never waits."""

    def __init__(self, logging: Logging, descriptor: int | None = None) -> None:
        self._render = json_line if logging.format is LogFormat.JSON else text_line
        self._least = _SEVERITY.index(logging.level)
        self._writer = LineWriter(sys.stderr.fileno() if descriptor is None else descriptor)

    def __call__(self, level: LogLevel, message: str, **fields: object) -> None:
        """Write one line. Never blocks and never raises."""
        if _SEVERITY.index(level) >= self._least:
            self._writer.write(self._render(time.time(), level.value, message, fields))

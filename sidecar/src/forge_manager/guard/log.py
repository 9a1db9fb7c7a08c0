"""The guard's log: lines as everywhere, written without ever waiting for whoever reads them."""

from __future__ import annotations

import os
import select
import sys
import time
from typing import TYPE_CHECKING

from forge_manager.log_lines import json_line, text_line
from forge_manager.shared_settings import LogFormat, LogLevel

if TYPE_CHECKING:
    from forge_manager.shared_settings import Logging

_SEVERITY = list(LogLevel)
_MAX_LINE_BYTES = select.PIPE_BUF  # a pipe that reports POLLOUT takes these at once, pipe(7)


class GuardLog:
    """Writes to one descriptor. A line for which there is no room is lost; the guard is not."""

    def __init__(self, logging: Logging, descriptor: int | None = None) -> None:
        self._render = json_line if logging.format is LogFormat.JSON else text_line
        self._least = _SEVERITY.index(logging.level)
        self._descriptor = sys.stderr.fileno() if descriptor is None else descriptor
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLOUT)

    def __call__(self, level: LogLevel, message: str, **fields: object) -> None:
        """Write one line. Never blocks and never raises."""
        if _SEVERITY.index(level) < self._least:
            return
        line = self._render(time.time(), level.value, message, fields).encode(errors="replace")
        try:
            ready = self._poll.poll(0)
            if ready and ready[0][1] & select.POLLOUT:
                os.write(self._descriptor, line[: _MAX_LINE_BYTES - 1] + b"\n")
        except OSError:
            return

"""Structured logs on standard error: one line per event, as text or as JSON.

Values go into named fields (`log.info("...", extra=fields(reason=...))`), never into the message,
so that both formats carry the same. An exception is written as its type and place only: its text
may quote the file that was being read. Logging never waits for the stream: a log that is not read
must not keep a lease from being renewed, so lines that do not fit are lost, and counted.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

from forge_manager.base.line_writer import LineWriter
from forge_manager.base.log_lines import json_line, text_line, where

if TYPE_CHECKING:
    from types import TracebackType

    from forge_manager.base.log_lines import LogFormat, LogLevel

__all__ = ["configure", "fields", "lost", "where"]

_FIELDS = "forge_manager_fields"
_LOST = "log lines were lost: nothing read them in time"


def fields(**values: object) -> dict[str, dict[str, object]]:
    """Return the `extra` argument that attaches these fields to a log line."""
    return {_FIELDS: values}


def configure(log_format: LogFormat, level: LogLevel, descriptor: int | None = None) -> None:
    """Send every log line of the process to one descriptor, standard error if none is given."""
    handler = _LineHandler(sys.stderr.fileno() if descriptor is None else descriptor)
    handler.setFormatter(JsonFormatter() if log_format.value == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.value)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def lost() -> int:
    """Return how many lines of this process could not be written."""
    handlers = logging.getLogger().handlers
    return sum(handler.lost for handler in handlers if isinstance(handler, _LineHandler))


class _LineHandler(logging.Handler):
    """Writes lines, and says how many were lost as soon as there is room again."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._writer = LineWriter(descriptor)
        self._told = 0

    @property
    def lost(self) -> int:
        return self._writer.lost

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; one at a time, by the lock of the handler."""
        if self._writer.write(self.format(record)) and self.lost > self._told:
            news = logging.LogRecord(__name__, logging.WARNING, "", 0, _LOST, (), None)
            setattr(news, _FIELDS, {"lines": self.lost - self._told})
            if self._writer.write(self.format(news)):
                self._told = self.lost


class TextFormatter(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        return text_line(record.created, record.levelname, record.getMessage(), _fields_of(record))


class JsonFormatter(logging.Formatter):
    """Lines for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        return json_line(record.created, record.levelname, record.getMessage(), _fields_of(record))


def _fields_of(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = dict(getattr(record, _FIELDS, {}))
    if record.exc_info and record.exc_info[1]:
        found["error"] = where(record.exc_info[1])
    return found


def _log_uncaught(
    _type: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    logging.getLogger(__name__).critical("unexpected error", extra=fields(error=where(error)))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)

"""Structured logs on standard error: one line per event, as text or as JSON.

Values go into named fields (`log.info("...", extra=fields(reason=...))`), never into the message,
so that both formats carry the same. An exception is written as its type and place only: its text
may quote the file that was being read.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType

    from forge_manager.settings import LogFormat, LogLevel

_FIELDS = "forge_manager_fields"


def fields(**values: object) -> dict[str, dict[str, object]]:
    """Return the `extra` argument that attaches these fields to a log line."""
    return {_FIELDS: values}


def configure(log_format: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send every log line of the process to one stream, standard error if none is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format.value == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.value)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def where(error: BaseException) -> str:
    """Describe an exception without its text: type, then file and line of each frame of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{_short(f.filename)}:{f.lineno}" for f in reversed(frames))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__


class TextFormatter(logging.Formatter):
    """`2026-01-31T12:00:00.000Z INFO message key=value ...`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        pairs = "".join(f" {k}={_quote(v)}" for k, v in _fields_of(record).items())
        return f"{_time_of(record)} {record.levelname} {_message_of(record)}{pairs}"


class JsonFormatter(logging.Formatter):
    """One JSON object per line: timestamp, level, message and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        line = {
            "timestamp": _time_of(record),
            "level": record.levelname,
            "message": _message_of(record),
            **_fields_of(record),
        }
        return json.dumps(line, default=str)


def _fields_of(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = dict(getattr(record, _FIELDS, {}))
    if record.exc_info and record.exc_info[1]:
        found["error"] = where(record.exc_info[1])
    return found


def _message_of(record: logging.LogRecord) -> str:
    return record.getMessage().replace("\n", " ")


def _time_of(record: logging.LogRecord) -> str:
    time = datetime.fromtimestamp(record.created, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _quote(value: object) -> str:
    text = str(value)
    plain = text and text.isprintable() and not set(text) & set(' "=')
    return text if plain else json.dumps(text)


def _short(filename: str) -> str:
    return "/".join(filename.split("/")[-2:])


def _log_uncaught(
    _type: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    logging.getLogger(__name__).critical("unexpected error", extra=fields(error=where(error)))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)

"""One event as one line, in the form of every log of ours: text or JSON, the same content.

Standard library only, and little of it: the guard writes lines without the `logging` package.
"""

from __future__ import annotations

import json
import time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least severe lines that are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


def text_line(unix_time: float, level: str, message: str, fields: Mapping[str, object]) -> str:
    """Return `2026-01-31T12:00:00.000Z INFO message key=value ...`."""
    pairs = "".join(f" {key}={_quote(value)}" for key, value in fields.items())
    return f"{_shown(unix_time)} {level} {_one_line(message)}{pairs}"


def json_line(unix_time: float, level: str, message: str, fields: Mapping[str, object]) -> str:
    """Return one JSON object: timestamp, level, message and the fields."""
    line = {
        "timestamp": _shown(unix_time),
        "level": level,
        "message": _one_line(message),
        **fields,
    }
    return json.dumps(line, default=str)


def where(error: BaseException) -> str:
    """Describe an exception without its text: type, then file and line of each frame of ours."""
    places = [*_places(error.__traceback__)]
    kind = type(error).__name__
    return f"{kind} at {' < '.join(reversed(places))}" if places else kind


def _places(traceback: TracebackType | None) -> list[str]:
    found = []
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        found.append(f"{'/'.join(filename.split('/')[-2:])}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return found


def _one_line(message: str) -> str:
    return message.replace("\n", " ")


def _shown(unix_time: float) -> str:
    seconds, milliseconds = divmod(int(unix_time * 1000), 1000)
    shown = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{shown}.{milliseconds:03}Z"


def _quote(value: object) -> str:
    text = str(value)
    plain = text and text.isprintable() and not set(text) & set(' "=')
    return text if plain else json.dumps(text)

"""Log lines: one per event, both formats with the same content, nothing quoted from errors."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from forge_manager import logs
from forge_manager.settings import LogFormat, LogLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("test")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root, hook, thread_hook = logging.getLogger(), sys.excepthook, threading.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hook, thread_hook


def _logged(log_format: LogFormat, level: LogLevel = LogLevel.INFO) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(log_format, level, stream)
    return stream


def test_text_has_time_level_message_and_fields() -> None:
    stream = _logged(LogFormat.TEXT)
    log.warning("it happened", extra=logs.fields(file="/a b", count=3, empty=""))
    line = stream.getvalue()
    assert line.endswith(' WARNING it happened file="/a b" count=3 empty=""\n')
    assert line[10] == "T"
    assert line[23] == "Z"


def test_json_has_the_same() -> None:
    stream = _logged(LogFormat.JSON)
    log.info("it happened", extra=logs.fields(file="/a b"))
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "INFO", "message": "it happened", "file": "/a b"}


@pytest.mark.parametrize("log_format", LogFormat)
def test_an_event_is_one_line_whatever_is_in_it(log_format: LogFormat) -> None:
    stream = _logged(log_format)
    log.info("two\nlines", extra=logs.fields(value="a\nb\x1b[31m"))
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("log_format", LogFormat)
def test_an_error_is_told_by_type_and_place_and_never_quoted(log_format: LogFormat) -> None:
    stream = _logged(log_format)
    try:
        json.loads("secret key material")
    except ValueError:
        log.exception("could not read")
    assert "secret" not in stream.getvalue()
    assert "JSONDecodeError at " in stream.getvalue()
    assert "test_logs.py:" in stream.getvalue()


def test_uncaught_errors_are_not_quoted_either() -> None:
    stream = _logged(LogFormat.TEXT)

    def fail() -> None:
        raise ValueError("secret")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("secret"), None)
    assert stream.getvalue().count("unexpected error") == 2
    assert "secret" not in stream.getvalue()


def test_the_level_is_respected() -> None:
    stream = _logged(LogFormat.TEXT, LogLevel.ERROR)
    log.warning("no")
    log.error("yes")
    assert stream.getvalue().count("\n") == 1

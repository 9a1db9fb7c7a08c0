"""Log lines: one per event, both formats with the same content, nothing quoted from errors."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, BinaryIO

import pytest

from forge_manager.base import logs
from forge_manager.base.log_lines import LogFormat, LogLevel

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


class Log:
    """A file that log lines go to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def begin(self, log_format: LogFormat, level: LogLevel = LogLevel.INFO) -> None:
        logs.configure(log_format, level, self._file.fileno())

    @property
    def text(self) -> str:
        self._file.seek(0)
        return self._file.read().decode()


@pytest.fixture
def written() -> Iterator[Log]:
    with tempfile.TemporaryFile() as file:
        yield Log(file)


def test_text_has_time_level_message_and_fields(written: Log) -> None:
    written.begin(LogFormat.TEXT)
    log.warning("it happened", extra=logs.fields(file="/a b", count=3, empty=""))
    line = written.text
    assert line.endswith(' WARNING it happened file="/a b" count=3 empty=""\n')
    assert line[10] == "T"
    assert line[23] == "Z"


def test_json_has_the_same(written: Log) -> None:
    written.begin(LogFormat.JSON)
    log.info("it happened", extra=logs.fields(file="/a b"))
    line = json.loads(written.text)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "INFO", "message": "it happened", "file": "/a b"}


@pytest.mark.parametrize("log_format", LogFormat)
def test_an_event_is_one_line_whatever_is_in_it(written: Log, log_format: LogFormat) -> None:
    written.begin(log_format)
    log.info("two\nlines", extra=logs.fields(value="a\nb\x1b[31m"))
    assert written.text.count("\n") == 1
    assert "\x1b" not in written.text


@pytest.mark.parametrize("log_format", LogFormat)
def test_an_error_is_told_by_type_and_place_and_never_quoted(
    written: Log, log_format: LogFormat
) -> None:
    written.begin(log_format)
    try:
        json.loads("secret key material")
    except ValueError:
        log.exception("could not read")
    assert "secret" not in written.text
    assert "JSONDecodeError at " in written.text
    assert "test_logs.py:" in written.text


def test_uncaught_errors_are_not_quoted_either(written: Log) -> None:
    written.begin(LogFormat.TEXT)

    def fail() -> None:
        raise ValueError("secret")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("secret"), None)
    assert written.text.count("unexpected error") == 2
    assert "secret" not in written.text


def test_the_level_is_respected(written: Log) -> None:
    written.begin(LogFormat.TEXT, LogLevel.ERROR)
    log.warning("no")
    log.error("yes")
    assert written.text.count("\n") == 1


def test_lines_that_nobody_reads_are_lost_and_counted() -> None:
    reader, writer = os.pipe()
    logs.configure(LogFormat.TEXT, LogLevel.INFO, writer)
    for number in range(1000):
        log.info("x" * 500, extra=logs.fields(number=number))  # a pipe takes 64 KiB
    lost = logs.lost()
    assert 0 < lost < 1000
    while len(os.read(reader, 65536)) == 65536:
        pass
    log.info("read again")
    log.info("and again")
    first, news, last = os.read(reader, 65536).decode().splitlines()
    assert first.endswith("read again")
    assert news.endswith(f"nothing read them in time lines={lost}")
    assert last.endswith("and again")
    assert logs.lost() == lost
    os.close(reader)
    log.info("nobody reads")
    os.close(writer)
    log.info("nor writes")
    assert logs.lost() == lost + 2

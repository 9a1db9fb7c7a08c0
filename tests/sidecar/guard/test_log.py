"""The guard's lines are those of the manager's log, and never wait."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from forge_manager.base import logs
from forge_manager.base.log_lines import LogFormat, LogLevel
from forge_manager.guard.log import GuardLog
from forge_manager.settings.shared import Logging
from tests.sidecar.base.test_logs import restored

__all__ = ["restored"]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.parametrize("log_format", LogFormat)
def test_the_same_line_as_the_managers(tmp_path: Path, log_format: LogFormat) -> None:
    with (tmp_path / "log").open("wb") as file:
        GuardLog(Logging(log_format, LogLevel.INFO), file.fileno())(
            LogLevel.WARNING, "it\nhappened", pid=7, empty="", text='a "b"\n'
        )
    managers_log = tmp_path / "managers-log"
    managers_log.touch()
    logs.configure(log_format, LogLevel.INFO, os.open(managers_log, os.O_WRONLY))
    logging.getLogger("test").warning(
        "it\nhappened", extra=logs.fields(pid=7, empty="", text='a "b"\n')
    )
    ours, managers = _lines(tmp_path / "log")[0], _lines(managers_log)[0]
    if log_format is LogFormat.JSON:
        assert {**json.loads(ours), "timestamp": ""} == {**json.loads(managers), "timestamp": ""}
    else:
        assert ours.split(" ", 1)[1] == managers.split(" ", 1)[1]


def test_lines_below_the_level_are_left_out(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        log = GuardLog(Logging(LogFormat.TEXT, LogLevel.WARNING), file.fileno())
        for level in LogLevel:
            log(level, "line")
    assert [line.split()[1] for line in _lines(tmp_path / "log")] == [
        "WARNING",
        "ERROR",
        "CRITICAL",
    ]


def test_a_full_pipe_and_a_closed_one_lose_lines_and_nothing_else() -> None:
    reader, writer = os.pipe()
    log = GuardLog(Logging(LogFormat.TEXT, LogLevel.INFO), writer)
    for number in range(1000):
        log(LogLevel.INFO, "x" * 5000, number=number)  # a pipe takes 64 KiB
    lines = os.read(reader, 1 << 20).split(b"\n")
    assert len(lines) > 5
    assert all(b"x" * 5000 + b" number=" in line for line in lines[:-1])
    os.close(reader)
    log(LogLevel.INFO, "nobody reads")
    os.close(writer)
    log(LogLevel.INFO, "nor writes")

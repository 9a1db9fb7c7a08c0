"""`make test` runs its stages in turn and one beside them, and leaves nothing running."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

import stages
from devkit import steps

if TYPE_CHECKING:
    from pathlib import Path

_MAKE = """#!/bin/sh
echo "$2 begins" >> "$STAGES/log"
if [ -e "$STAGES/$2" ]; then . "$STAGES/$2"; fi
echo "$2 ends" >> "$STAGES/log"
"""
# No longer than a test may take, so that a broken one leaves nothing running.
_UNTIL = "for _ in $(seq 1000); do if {condition}; then break; fi; sleep 0.01; done"
_UNTIL_HISTORIES = _UNTIL.format(condition='grep -q "histories ends" "$STAGES/log"')
_UNTIL_BEGUN = _UNTIL.format(condition='grep -q "test-soak begins" "$STAGES/log"')
_UNTIL_READY = _UNTIL.format(condition='grep -q ready "$STAGES/log"')
_UNTIL_ENDED = f"""
trap 'echo mended >> "$STAGES/log"; exit 1' TERM
echo ready >> "$STAGES/log"
{_UNTIL.format(condition="false")}
"""


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a stage does beside saying so is a file of its name here."""
    made = tmp_path / "stages"
    made.mkdir()
    (made / "make").write_text(_MAKE)
    (made / "make").chmod(0o755)
    monkeypatch.setenv("STAGES", str(made))
    monkeypatch.setenv("PATH", f"{made}:{os.environ['PATH']}")
    return made


def log(directory: Path) -> list[str]:
    file = directory / "log"
    return file.read_text().splitlines() if file.exists() else []


def test_one_stage_runs_beside_others_and_has_ended_before_figures_are_times(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (directory / stages.BESIDE).write_text(f"{_UNTIL_HISTORIES}\necho what it said\n")
    (directory / "check").write_text(_UNTIL_BEGUN)
    assert stages.main() == 0
    said = log(directory)
    assert {line.partition(" ")[0] for line in said} == {*stages.STAGES, stages.BESIDE}
    place = {line: number for number, line in enumerate(said)}
    # After the cluster has its images, beside `check` and what follows, not beside `e2e`.
    assert place["images ends"] < place["test-soak begins"] < place["histories ends"]
    assert place["histories ends"] < place["test-soak ends"] < place["e2e begins"]
    told = capsys.readouterr().out
    assert "what it said" in told
    assert told.count("beside others") == 1


def test_what_fails_beside_others_fails_the_run_before_the_next_stage(directory: Path) -> None:
    (directory / stages.BESIDE).write_text(f"{_UNTIL_HISTORIES}\nexit 1\n")
    assert stages.main() == 1
    assert "mutants ends" in log(directory)
    assert "e2e begins" not in log(directory)


def test_where_another_stage_fails_what_runs_beside_it_is_ended_and_shown(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (directory / stages.BESIDE).write_text(f"echo a seed\n{_UNTIL_ENDED}\n")
    (directory / "check").write_text(f"{_UNTIL_READY}\nexit 1\n")
    assert stages.main() == 1
    assert log(directory)[-1] == "mended"
    assert "a seed" in capsys.readouterr().out


def test_what_runs_beside_others_is_ended_when_the_time_is_over(directory: Path) -> None:
    (directory / stages.BESIDE).write_text(_UNTIL_ENDED)
    beside = stages.Beside(stages.BESIDE)
    steps.wait_for("its beginning", lambda: "ready" in log(directory), deadline_s=60)
    assert beside.outcome(deadline=time.monotonic()).code is None
    assert log(directory)[-1] == "mended"

"""Every wait ends, and what failed says its last words."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from devkit import steps
from devkit.steps import StepError

PYTHON = sys.executable


def python(code: str) -> list[str]:
    return [PYTHON, "-c", code]


def test_output_goes_to_a_log_and_the_last_lines_into_the_error() -> None:
    code = "import sys\nfor n in range(99): print('line', n)\nsys.exit('broken')"
    with pytest.raises(StepError) as raised:
        steps.run(python(code), what="count", deadline_s=30)
    text = str(raised.value)
    assert "exit code 1" in text
    assert "broken" in text
    assert "line 98" in text
    assert "line 2\n" not in text
    log = Path(text.rpartition("whole log: ")[2].rstrip(")"))
    assert "line 2\n" in log.read_text()


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    with pytest.raises(StepError, match="not done within 2 s"):
        steps.run(python(code), what="sleep", deadline_s=2)
    child = Path("/proc", mark.read_text(), "stat")
    steps.wait_for("the child to end", lambda: _has_ended(child), deadline_s=10)


def _has_ended(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_program_that_says_nothing_is_given_up_early() -> None:
    with pytest.raises(StepError, match="no answer within 0 s"):
        steps.run(
            python("import time; time.sleep(60)"), what="mute", deadline_s=60, first_output_s=0.3
        )


def test_a_program_that_has_spoken_may_go_on() -> None:
    code = "import time; print('hello', flush=True); time.sleep(1)"
    steps.run(python(code), what="talk", deadline_s=30, first_output_s=0.7)


def test_a_missing_program_is_an_error_of_the_step() -> None:
    with pytest.raises(StepError, match="cannot start `/no/such/program"):
        steps.run(["/no/such/program"], what="x", deadline_s=1)
    with pytest.raises(StepError, match="cannot start `/no/such/program"):
        steps.capture(["/no/such/program"], what="x")


def test_capture_returns_standard_output_alone() -> None:
    code = "import sys; print(sys.stdin.read().upper()); print('noise', file=sys.stderr)"
    assert steps.capture(python(code), what="x", text="in").strip() == "IN"


def test_capture_ends_what_takes_too_long() -> None:
    with pytest.raises(StepError, match="did not end within 0 s"):
        steps.capture(python("import time; time.sleep(60)"), what="x", deadline_s=0.3)


def test_waiting_returns_the_first_true_answer() -> None:
    answers = iter([None, 0, 7])
    found = steps.wait_for("seven", lambda: next(answers), deadline_s=5, interval_s=0)
    assert found == 7


def test_waiting_in_vain_says_for_what_and_what_was_seen() -> None:
    started = time.monotonic()
    with pytest.raises(StepError, match=r"(?s)waiting for rain.*the sky is blue"):
        steps.wait_for(
            "rain", lambda: False, deadline_s=0.1, diagnose=lambda: "the sky is blue", interval_s=0
        )
    assert time.monotonic() - started < 5


def test_a_step_says_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    with steps.step("good"):
        pass
    with pytest.raises(ZeroDivisionError), steps.step("bad"):
        raise ZeroDivisionError
    said = capsys.readouterr().out
    assert "- good\n  done in 0.0 s\n" in said
    assert "failed after 0.0 s: bad" in said


def test_an_interrupt_ends_the_program_too(tmp_path: Path) -> None:
    """As a process of its own, which is sent a SIGTERM as `timeout` or CI would."""
    code = (
        "import signal, sys\n"
        "from devkit import steps\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))\n"
        f"steps.run([{PYTHON!r}, '-c', 'import time, os; print(os.getpid(), flush=True); "
        "time.sleep(60)'], what='long', deadline_s=60)"
    )
    tools = Path(steps.__file__).parents[1]
    process = subprocess.Popen(
        python(code),
        env={"PYTHONPATH": str(tools), "FORGE_CACHE": str(tmp_path / "other")},
    )
    log = tmp_path / "other" / "logs" / "long.log"
    pid = steps.wait_for(
        "the program to start",
        lambda: log.read_text().strip() if log.exists() else "",
        deadline_s=20,
    )
    process.terminate()
    process.wait(timeout=20)
    steps.wait_for("it to end", lambda: _has_ended(Path("/proc", pid, "stat")), deadline_s=10)

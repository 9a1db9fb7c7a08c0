"""What runs beside each other ends together, and the first failure is the one that is told."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from devkit import beside, steps
from devkit.steps import StepError, StoppedError

PYTHON = sys.executable
TOOLS = Path(steps.__file__).parents[1]
#: Where these tests run in the background, an interrupt is ignored from the first.
INTERRUPTIBLE = (
    "import signal\n"
    "from devkit import beside, steps\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
)
SLEEP = [PYTHON, "-c", "import time; time.sleep(60)"]


def test_a_block_ends_when_its_lanes_have() -> None:
    done: list[str] = []
    go_on = threading.Event()

    def work() -> None:
        assert go_on.wait(10)
        done.append("one")

    with beside.lanes() as lanes:
        lanes.start("one", work)
        go_on.set()
    assert done == ["one"]


def test_a_failing_lane_ends_what_the_block_is_at_and_is_what_is_told() -> None:
    def fail() -> None:
        raise StepError("no paper")

    started = time.monotonic()
    with pytest.raises(StepError, match="no paper"), beside.lanes() as lanes:
        lanes.start("printer", fail)
        steps.run(SLEEP, what="long", deadline_s=60)
    assert time.monotonic() - started < 30
    assert not steps.stopping.is_set()


@pytest.mark.parametrize(
    "wait",
    [
        lambda: steps.run(SLEEP, what="long", deadline_s=60),
        lambda: steps.capture(SLEEP, what="long", deadline_s=60),
        lambda: steps.wait_for("rain", lambda: False, deadline_s=60),
    ],
    ids=["run", "capture", "wait_for"],
)
def test_a_failing_block_ends_its_lanes(wait: object) -> None:
    ended: list[BaseException] = []

    def work() -> None:
        assert callable(wait)
        try:
            wait()
        except StoppedError as error:
            ended.append(error)
            raise

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), beside.lanes() as lanes:
        lanes.start("long", work)
        raise KeyboardInterrupt
    assert len(ended) == 1
    assert time.monotonic() - started < 30


def test_a_failure_that_the_block_was_stopped_for_is_not_hidden_by_its_own() -> None:
    """A lane fails while the block catches StepErrors, as a repair does."""

    def fail() -> None:
        raise StepError("no paper")

    with pytest.raises(StepError, match="no paper"), beside.lanes() as lanes:
        lanes.start("printer", fail)
        try:
            steps.run(SLEEP, what="long", deadline_s=60)
        except StepError:
            pytest.fail("being stopped is no failure of the step")


def test_what_is_stopped_can_still_tidy_up() -> None:
    def fail() -> None:
        raise StepError("no paper")

    tidied: list[str] = []
    with pytest.raises(StepError, match="no paper"), beside.lanes() as lanes:
        lanes.start("printer", fail)
        try:
            steps.run(SLEEP, what="long", deadline_s=60)
        finally:
            tidied.append(steps.capture([PYTHON, "-c", "print('swept')"], what="sweep").strip())
    assert tidied == ["swept"]


def test_lines_say_which_lane_they_are_of(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        with steps.step("reading"):
            pass

    with beside.lanes() as lanes:
        lanes.start("clerk", work)
    steps.say("- writing")
    said = capsys.readouterr().out
    assert said == "[clerk] - reading\n[clerk]   done in 0.0 s\n- writing\n"


def test_capture_hands_over_a_long_text_in_full() -> None:
    text = "x" * 1_000_000
    code = "import sys, time; time.sleep(1.2); print(len(sys.stdin.read()))"
    assert steps.capture([PYTHON, "-c", code], what="count", text=text).strip() == "1000000"


@pytest.mark.parametrize("block", ["sleep('two')", "lanes.start('two', lambda: sleep('two'))"])
def test_an_interrupt_ends_the_programs_of_all_lanes(tmp_path: Path, block: str) -> None:
    """While the block is at something of its own, and while it waits for its lanes."""
    code = (
        INTERRUPTIBLE + f"sleep = lambda name: steps.run([{PYTHON!r}, '-c', 'import os, time; "
        "print(os.getpid(), flush=True); time.sleep(60)'], what=name, deadline_s=60)\n"
        "with beside.lanes() as lanes:\n"
        "    lanes.start('one', lambda: sleep('one'))\n"
        f"    {block}\n"
    )
    process = subprocess.Popen(
        [PYTHON, "-c", code],
        env={"PYTHONPATH": str(TOOLS), "FORGE_CACHE": str(tmp_path / "other")},
        stderr=subprocess.DEVNULL,
    )
    logs = [tmp_path / "other" / "logs" / f"{name}.log" for name in ("one", "two")]
    pids = steps.wait_for(
        "both programs to start",
        lambda: [log.read_text().strip() for log in logs] if all(map(_has_text, logs)) else None,
        deadline_s=20,
    )
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    steps.wait_for("both to end", lambda: not any(map(_runs, pids)), deadline_s=10)


def test_an_interrupt_waits_for_what_a_lane_still_tidies_up() -> None:
    code = (
        INTERRUPTIBLE + "import sys, threading, time, traceback\n"
        "main = threading.main_thread().ident\n"
        "frames = lambda: traceback.extract_stack(sys._current_frames()[main])\n"
        "def work():\n"
        "    while 'join' not in [each.name for each in frames()]: time.sleep(0.01)\n"
        "    print('waits', flush=True)\n"
        "    try:\n"
        "        steps.wait_for('rain', lambda: False, deadline_s=60)\n"
        "    finally:\n"
        "        time.sleep(1)\n"
        "        print('swept', flush=True)\n"
        "with beside.lanes() as lanes:\n"
        "    lanes.start('one', work)\n"
    )
    process = subprocess.Popen(
        [PYTHON, "-c", code],
        env={"PYTHONPATH": str(TOOLS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waits\n"
    process.send_signal(signal.SIGINT)
    assert "swept" in process.communicate(timeout=20)[0]


def _has_text(log: Path) -> bool:
    return log.exists() and bool(log.read_text().strip())


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False

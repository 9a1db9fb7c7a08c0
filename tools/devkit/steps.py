"""Timed steps: what is being done, how long it took, and the last lines of what failed."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TypeVar

from devkit import paths, timings

PROGRESS_INTERVAL_S = 15.0
_POLL_S = 0.2
_KILL_GRACE_S = 5.0
_STOP_POLL_S = 0.5
_TAIL_LINES = 15
_TAIL_BYTES = 20_000

T = TypeVar("T")


class StepError(Exception):
    """A step failed; its message says what, where and what to do, and is shown as it is."""


class StoppedError(Exception):
    """What runs beside this has failed, or a person wants an end. No step of ours failed."""


# Set while everything that runs beside each other is to end (devkit.beside).
stopping = threading.Event()


def name_lines(name: str) -> None:
    """Have every line of this thread begin with a name, because others speak at the same time."""
    _thread.name = name


_thread = threading.local()


def say(text: str) -> None:
    """Print one line for the person at the terminal."""
    name = getattr(_thread, "name", "")
    # In one piece: print() writes the end of the line apart.
    print(f"[{name}] {text}\n" if name else f"{text}\n", end="", flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and say how long it took."""
    started = time.monotonic()
    say(f"- {title}")
    with timings.record(title, getattr(_thread, "name", "")):
        try:
            yield
        except StoppedError:
            say(f"  stopped after {_seconds(started)}: {title}")
            raise
        except BaseException:
            say(f"  failed after {_seconds(started)}: {title}")
            raise
    say(f"  done in {_seconds(started)}")


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    deadline_s: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Path | None = None,
    first_output_s: float | None = None,
) -> Path:
    """Run a program, its output going to a log file in the cache; return that file.

    `env` is added to the environment. The program and its children are killed when `deadline_s`
    passes, when nothing at all was written within `first_output_s`, or when we are interrupted.

    Raises:
        StepError: it could not be started, failed, or did not end in time; with its last lines.
        StoppedError: what runs beside it is ending, so it was ended too.

    """
    log = paths.cache().logs / f"{_slug(what)}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        source: IO[bytes] | int = (
            stack.enter_context(stdin.open("rb")) if stdin else subprocess.DEVNULL
        )
        process = _start(command, what, stdin=source, output=output, env=env, cwd=cwd)
        with _killed_on_exit(process):
            _supervise(process, what, log, deadline_s, first_output_s)
    if process.returncode != 0:
        raise StepError(f"{what}: `{_shown(command)}` {_ending(process.returncode)}\n{tail(log)}")
    return log


def capture(
    command: Sequence[str | Path],
    *,
    what: str,
    deadline_s: float = 30,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    text: str | None = None,
) -> str:
    """Run a short program (fed with `text`) and return what it wrote to standard output.

    Raises:
        StepError: it could not be started, failed, or did not end in time; with its error output.

    """
    with contextlib.ExitStack() as stack:
        source: IO[bytes] | int = subprocess.DEVNULL
        if text:
            # A file: Popen.communicate() does not go on with a pipe after its timeout.
            source = stack.enter_context(tempfile.TemporaryFile())
            source.write(text.encode())
            source.seek(0)
        process = stack.enter_context(
            _start(
                command, what, stdin=source, output=subprocess.PIPE, env=env, cwd=cwd, apart=True
            )
        )
        stack.enter_context(_killed_on_exit(process))
        out, err = _communicate(process, deadline_s, command, what)
    if process.returncode != 0:
        said = _indent(err.decode(errors="replace").strip() or out.decode(errors="replace").strip())
        raise StepError(f"{what}: `{_shown(command)}` {_ending(process.returncode)}\n{said}")
    return out.decode(errors="replace")


def wait_for(
    what: str,
    condition: Callable[[], T | None],
    *,
    deadline_s: float,
    diagnose: Callable[[], str] | None = None,
    interval_s: float = 0.5,
) -> T:
    """Return the first truthy value of `condition`, asked every `interval_s`.

    Raises:
        StepError: `deadline_s` passed; with what `diagnose` has to say.

    """
    started = time.monotonic()
    announced = started
    while True:
        if value := condition():
            return value
        _heed_stop()
        now = time.monotonic()
        if now - started >= deadline_s:
            detail = f"\n{_indent(diagnose())}" if diagnose else ""
            raise StepError(f"gave up after {deadline_s:.0f} s waiting for {what}{detail}")
        if now - announced >= PROGRESS_INTERVAL_S:
            announced = now
            say(f"  ... {now - started:.0f} s, waiting for {what}")
        time.sleep(interval_s)


def tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """Return the last lines of a log, indented, and where the whole is."""
    if not log.exists():
        return f"  (no log at {log})"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        last = file.read().decode(errors="replace").splitlines()[-lines:]
    return _indent("\n".join([*last, f"(whole log: {log})"]))


def resume() -> None:
    """Take back `stopping`: all that was to end has ended."""
    stopping.clear()
    _thread.stopped = False


def _heed_stop() -> None:
    # Once in each thread: what it runs afterwards is to tidy up.
    if stopping.is_set() and not getattr(_thread, "stopped", False):
        _thread.stopped = True
        raise StoppedError


def _communicate(
    process: subprocess.Popen[bytes],
    deadline_s: float,
    command: Sequence[str | Path],
    what: str,
) -> tuple[bytes, bytes]:
    ends = time.monotonic() + deadline_s
    while True:
        _heed_stop()
        left = max(0.0, ends - time.monotonic())
        try:
            return process.communicate(timeout=min(left, _STOP_POLL_S))
        except subprocess.TimeoutExpired:
            if left <= _STOP_POLL_S:
                message = f"{what}: `{_shown(command)}` did not end within {deadline_s:.0f} s"
                raise StepError(message) from None


def _start(
    command: Sequence[str | Path],
    what: str,
    *,
    stdin: IO[bytes] | int,
    output: IO[bytes] | int,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    apart: bool = False,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=stdin,
            stdout=output,
            stderr=output if apart else subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,  # so that the whole family can be killed
        )
    except OSError as error:
        raise StepError(f"{what}: cannot start `{_shown(command)}`: {error}") from error


def _supervise(
    process: subprocess.Popen[bytes],
    what: str,
    log: Path,
    deadline_s: float,
    first_output_s: float | None,
) -> None:
    started = time.monotonic()
    announced = started
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_S)
            return
        _heed_stop()
        now = time.monotonic()
        elapsed = now - started
        if elapsed >= deadline_s:
            raise StepError(f"{what}: not done within {deadline_s:.0f} s\n{tail(log)}")
        if first_output_s and elapsed >= first_output_s and log.stat().st_size == 0:
            raise StepError(f"{what}: no answer within {first_output_s:.0f} s")
        if now - announced >= PROGRESS_INTERVAL_S:
            announced = now
            say(f"  ... {elapsed:.0f} s, {what}{_last_line(log)}")


@contextlib.contextmanager
def _killed_on_exit(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no running process behind, however the block is left."""
    try:
        yield
    finally:
        if process.poll() is None:
            _signal_group(process, signal.SIGTERM)
            try:
                process.wait(_KILL_GRACE_S)
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 500))
        lines = file.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" ({last[:80]})" if last else ""


def _ending(returncode: int) -> str:
    if returncode < 0:
        return f"was killed by signal {-returncode}"
    return f"failed with exit code {returncode}"


def _shown(command: Sequence[str | Path]) -> str:
    text = " ".join(str(part) for part in command)
    return text if len(text) <= 160 else f"{text[:157]}..."  # noqa: PLR2004 - two terminal lines


def _slug(what: str) -> str:
    return "".join(char if char.isalnum() or char in ".-" else "-" for char in what.lower())


def _indent(text: str) -> str:
    return "\n".join(f"  | {line}" for line in text.splitlines())


def _seconds(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"

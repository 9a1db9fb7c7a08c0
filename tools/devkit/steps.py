"""Timed steps: what is being done, how long it took, and the last lines of what failed."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TypeVar

from devkit import paths

PROGRESS_INTERVAL_S = 15.0
_POLL_S = 0.2
_KILL_GRACE_S = 5.0
_TAIL_LINES = 15
_TAIL_BYTES = 20_000

T = TypeVar("T")


class StepError(Exception):
    """A step failed; its message says what, where and what to do, and is shown as it is."""


def say(text: str) -> None:
    """Print one line for the person at the terminal."""
    print(text, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and say how long it took."""
    started = time.monotonic()
    say(f"- {title}")
    try:
        yield
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
    process = _start(
        command, what, stdin=subprocess.PIPE, output=subprocess.PIPE, env=env, cwd=cwd, apart=True
    )
    with process, _killed_on_exit(process):
        try:
            out, err = process.communicate((text or "").encode(), timeout=deadline_s)
        except subprocess.TimeoutExpired:
            message = f"{what}: `{_shown(command)}` did not end within {deadline_s:.0f} s"
            raise StepError(message) from None
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

"""The Docker engine that we start where none is running: its own state, nothing configured."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from devkit import bounded_runtime, firewall, mounts, paths, steps
from devkit.steps import StepError

SOCKET = Path("/var/run/docker.sock")
_START_DEADLINE_S = 60.0
_ANSWER_DEADLINE_S = 10.0
_STOP_DEADLINE_S = 60.0


def configuration(engine: Path, *, runtime: Path | None) -> dict[str, Any]:
    """Return dockerd's settings (the file it would else read from /etc/docker/daemon.json)."""
    settings: dict[str, Any] = {
        "hosts": [f"unix://{SOCKET}"],
        "data-root": str(engine / "data"),
        "exec-root": str(engine / "exec"),
        "pidfile": str(_pidfile(engine)),
    }
    if runtime:
        settings |= {"runtimes": {"bounded": {"path": str(runtime)}}, "default-runtime": "bounded"}
    return settings


def pid() -> int | None:
    """Return the process id of our engine, or None when it is not running."""
    engine = paths.cache().engine
    return _process(_pidfile(engine), mark=_settings_file(engine))


def has_state() -> bool:
    """Say whether an engine of ours has run and may have left containers, mounts or networks."""
    return firewall.snapshot_file(paths.cache().engine).exists()


def start() -> None:
    """Start the engine, detached from this command, and wait until it answers.

    Raises:
        StepError: it ended or did not answer in time; with the last lines of its log.

    """
    engine = paths.cache().engine
    engine.mkdir(parents=True, exist_ok=True)
    firewall.take_snapshot(engine)
    runtime = _install_runtime(engine) if bounded_runtime.missing_here() else None
    _settings_file(engine).write_text(json.dumps(configuration(engine, runtime=runtime), indent=2))
    _clear_remains(engine)
    log = engine / "dockerd.log"
    if log.exists():
        log.replace(engine / "dockerd.log.1")
    with steps.step(f"starting a Docker engine (log: {log})"), log.open("wb") as output:
        # A session of its own and no pipe of ours: it outlives this command, also in CI.
        process = subprocess.Popen(
            ["dockerd", "--config-file", str(_settings_file(engine))],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
        )
        try:
            steps.wait_for(
                f"the Docker engine to answer on {SOCKET}",
                lambda: _answers(process, log),
                deadline_s=_START_DEADLINE_S,
                diagnose=lambda: steps.tail(log),
            )
        except BaseException:
            process.terminate()
            raise


def stop() -> None:
    """Stop our engine if it runs, and undo what it left in the kernel's network."""
    engine = paths.cache().engine
    if number := pid():
        with steps.step("stopping the Docker engine that we started"):
            os.kill(number, signal.SIGTERM)
            try:
                _wait_ended(number)
            except StepError:
                kill()
                _clear_remains(engine)
    if has_state():
        SOCKET.unlink(missing_ok=True)
    # dockerd mounts its data folder onto itself and leaves it so.
    mounts.remove(engine)
    firewall.restore(engine)


def kill() -> None:
    """End an engine of ours that no longer answers."""
    if number := pid():
        os.kill(number, signal.SIGKILL)
        _wait_ended(number)


def _clear_remains(engine: Path) -> None:
    """Remove what an engine that was killed left in the way of the next one.

    Its containerd lives on but no longer answers (its output was a pipe to dockerd). The
    containers themselves are found and ended by the next dockerd.
    """
    folder = engine / "exec" / "containerd"
    pidfile = folder / "containerd.pid"
    if number := _process(pidfile, mark=folder / "containerd.toml"):
        os.kill(number, signal.SIGKILL)
        steps.wait_for(
            f"the containerd of an earlier engine (process {number}) to exit",
            lambda: not _has_argument(number, folder / "containerd.toml"),
            deadline_s=_STOP_DEADLINE_S,
            interval_s=0.1,
        )
    # Their numbers may be other processes by now.
    pidfile.unlink(missing_ok=True)
    _pidfile(engine).unlink(missing_ok=True)


def _process(pidfile: Path, *, mark: Path) -> int | None:
    """Return the process of a pid file if it runs and has `mark` among its arguments."""
    try:
        number = int(pidfile.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return number if _has_argument(number, mark) else None


def _has_argument(number: int, mark: Path) -> bool:
    try:
        arguments = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return str(mark).encode() in arguments


def _answers(process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise StepError(f"dockerd exited with code {process.returncode}\n{steps.tail(log)}")
    try:
        # By its own socket, whatever DOCKER_HOST or the client's context says.
        steps.capture(
            ["docker", "--host", f"unix://{SOCKET}", "version"],
            what="docker version",
            deadline_s=_ANSWER_DEADLINE_S,
        )
    except StepError:
        return False
    return True


def _wait_ended(number: int) -> None:
    steps.wait_for(
        f"dockerd (process {number}) to exit",
        lambda: not _has_argument(number, _settings_file(paths.cache().engine)),
        deadline_s=_STOP_DEADLINE_S,
        interval_s=0.1,
    )


def _install_runtime(engine: Path) -> Path:
    if not shutil.which("runc"):
        raise StepError("runc is missing beside dockerd: install the package runc")
    target = engine / "bounded-runc"
    # The interpreter behind a virtual environment: that one may be deleted while we run.
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    source = Path(bounded_runtime.__file__).read_text()
    target.write_text(f"#!{interpreter} -IS\n{source}")
    target.chmod(0o755)
    return target


def _pidfile(engine: Path) -> Path:
    return engine / "dockerd.pid"


def _settings_file(engine: Path) -> Path:
    return engine / "daemon.json"

"""From start to exit: checks, boot, the kernel hook, the socket, a shutdown that takes its time."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import select
import signal
import socket
import socketserver
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING

from . import metrics
from .configuration import SlotClock, read_configuration, read_topology
from .credentials import Certificate, check_vrf_permissions, read_all
from .errors import StartError
from .forging import Forge
from .journal import Journal
from .settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PROCESS_NAME = "cardano-node"
_PR_SET_NAME = 15  # linux/prctl.h


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    _set_process_name()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # until the kernel hook it ends the process
    stop = _StopRequest()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop.request)
    try:
        _check_arguments(arguments)
        _run(Settings.from_environment(os.environ), stop)
    except StartError as error:
        print(f"{PROCESS_NAME}: start-up failed: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    return 0


class _StopRequest:
    """A request to stop, to wait for in the main thread, which is where signal handlers run.

    Every signal also writes to a pipe: one that comes just before the wait begins would otherwise
    be handled only when the wait ends.
    """

    def __init__(self) -> None:
        self._requested = False
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def request(self, *_: object) -> None:
        """Make every wait return at once, from now on."""
        self._requested = True

    def wait(self, seconds: float = math.inf) -> bool:
        """Wait for the request at most this long; say whether it came."""
        deadline = time.monotonic() + seconds
        while not self._requested:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if select.select([self._reader], [], [], min(left, 3600))[0]:
                os.read(self._reader, 4096)
        return self._requested


def _run(settings: Settings, stop: _StopRequest) -> None:
    _check_writable(settings.database)
    journal = Journal(socket.gethostname(), settings.witness)
    journal.witness(f"start: a stand-in for {PROCESS_NAME}, not the node itself; pid {os.getpid()}")
    clock, certificate = _read_everything(settings)
    forge = Forge(journal, settings.credentials, clock, settings.forging_lag_seconds)
    _serve_metrics(forge, settings.metrics_port)

    journal.log(f"boot: the socket follows in {settings.boot_seconds:g} s")
    if stop.wait(max(0.0, settings.boot_seconds - settings.hook_seconds)):
        return
    signal.signal(signal.SIGHUP, lambda *_: _on_sighup(settings, journal, forge))
    forge.start(None if settings.non_producing else certificate)
    journal.log("kernel: up, SIGHUP is handled from now on")
    if stop.wait(settings.hook_seconds):
        return
    _serve_socket(settings.socket)
    journal.witness(f"socket: {settings.socket} accepts connections")

    stop.wait()
    journal.log(f"stop: exit in {settings.shutdown_seconds:g} s")
    time.sleep(settings.shutdown_seconds)
    settings.socket.unlink(missing_ok=True)
    journal.witness("exit")


def _read_everything(settings: Settings) -> tuple[SlotClock | None, Certificate | None]:
    clock = read_configuration(settings.config) if settings.config else None
    if settings.topology is not None:
        read_topology(settings.topology)
    certificate = None
    if settings.credentials is not None:
        check_vrf_permissions(settings.credentials.vrf_skey)
        certificate = read_all(settings.credentials)
    return clock, certificate


def _on_sighup(settings: Settings, journal: Journal, forge: Forge) -> None:
    if settings.topology is not None:
        try:
            read_topology(settings.topology)
        except StartError as error:
            journal.log(f"error: topology unchanged by SIGHUP: {error}")
    forge.reload_in_thread()


def _check_arguments(arguments: list[str]) -> None:
    if arguments != ["run"]:
        raise StartError(f"expected the argument 'run', got {arguments}")


def _set_process_name() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, PROCESS_NAME.encode(), 0, 0, 0)


def _check_writable(database: Path) -> None:
    try:
        database.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=database):
            pass
    except OSError as error:
        raise StartError(f"database {database} is not writable: {error.strerror}") from error


def _serve_metrics(forge: Forge, port: int) -> None:
    try:
        server = metrics.serve(forge, port)
    except OSError as error:
        raise StartError(f"metrics port {port}: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Connection(socketserver.BaseRequestHandler):
    """Says nothing: the node-to-client protocol begins with the client."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            while self.request.recv(4096):
                pass


class _SocketServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def _serve_socket(path: Path) -> None:
    path.unlink(missing_ok=True)  # a crash leaves it behind
    try:
        server = _SocketServer(str(path), _Connection)
    except OSError as error:
        raise StartError(f"socket {path}: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="socket", daemon=True).start()

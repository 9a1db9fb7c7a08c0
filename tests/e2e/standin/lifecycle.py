"""From start to exit, in the node's order: checks, metrics, first SIGHUP handler, boot, kernel
hook, socket, and a shutdown that takes its time."""

from __future__ import annotations

import ctypes
import math
import os
import select
import signal
import socket
import sys
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from . import local_socket, sighup
from .chain import Chain
from .configuration import Configuration, read_configuration
from .credentials import check_vrf_permissions
from .errors import StartError
from .forging import Forge
from .journal import Journal
from .leadership import Leadership
from .metrics import Process, render
from .metrics_server import MetricsServer
from .protocol import Protocol, read_protocol
from .settings import Settings
from .sighup import HangUp
from .topology import read_topology
from .versions import PUBLIC_NETWORKS, PUBLIC_PROTOCOL_MAJOR

if TYPE_CHECKING:
    from pathlib import Path

PROCESS_NAME = "cardano-node"
_PR_SET_NAME = 15  # linux/prctl.h


def main(arguments: list[str]) -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    _set_process_name(os.environ.get("STANDIN_PROCESS_NAME", PROCESS_NAME))
    sighup.ends_the_process()
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
    journal = Journal(socket.gethostname(), settings.journal)
    journal.journal(
        f"start: a stand-in for {PROCESS_NAME}, not the node itself; "
        f"version {settings.version.name}; pid {os.getpid()}"
    )
    try:
        _live(settings, journal, stop)
    except StartError as error:
        journal.journal(f"exit 1, start-up failed: {error}")
        raise


def _live(settings: Settings, journal: Journal, stop: _StopRequest) -> None:
    configuration, protocol = _read_files(settings, journal)
    if protocol.certificate is not None:
        journal.journal(f"keys: fit, certificate counter {protocol.certificate.counter}")
    non_producing = settings.non_producing or (
        configuration is not None and configuration.non_producing
    )
    starts_with = None if non_producing else protocol.certificate
    forge = Forge(
        journal,
        protocol.clock,
        settings.forging_lag_seconds,
        lambda: read_protocol(configuration, settings.credentials).certificate,
        Leadership(settings.slots_file, journal.log),
    )
    _metrics_server(settings, configuration, forge, journal).start()
    forge.metric = int(starts_with is not None)
    if stop.wait(settings.handler_seconds):
        return
    if settings.topology is not None:
        read_topology(settings.topology)
    hang_up = HangUp(settings.topology, journal, forge)
    hang_up.handle_early()

    journal.log(f"boot: the socket follows in {settings.boot_seconds:g} s")
    before = settings.handler_seconds + settings.hook_seconds
    if stop.wait(max(0.0, settings.boot_seconds - before)):
        return
    hang_up.handle_forging()
    forge.start(starts_with)
    journal.log("kernel: up, SIGHUP switches forging from now on")
    if stop.wait(settings.hook_seconds):
        return
    local_socket.serve(settings.socket, journal.log)
    journal.journal(f"socket: {settings.socket} accepts connections")

    stop.wait()
    journal.log(f"stop: exit in {settings.shutdown_seconds:g} s")
    time.sleep(settings.shutdown_seconds)
    settings.socket.unlink(missing_ok=True)
    journal.journal("exit")


def _read_files(settings: Settings, journal: Journal) -> tuple[Configuration | None, Protocol]:
    version = settings.version
    if settings.network in PUBLIC_NETWORKS and version.protocol_major < PUBLIC_PROTOCOL_MAJOR:
        journal.log(
            f"warning: {version.name} supports protocol major {version.protocol_major}; "
            f"{settings.network} is at {PUBLIC_PROTOCOL_MAJOR} and could not be followed"
        )
    configuration = read_configuration(settings.config, version) if settings.config else None
    if settings.credentials is not None:
        warning = check_vrf_permissions(settings.credentials.vrf_skey, version)
        if warning is not None:
            journal.log(f"warning: {warning}")
    return configuration, read_protocol(configuration, settings.credentials)


def _metrics_server(
    settings: Settings, configuration: Configuration | None, forge: Forge, journal: Journal
) -> MetricsServer:
    limits = configuration.metrics if configuration else settings.version.metrics
    if settings.metrics_silence_seconds is not None:
        limits = replace(limits, silence_seconds=settings.metrics_silence_seconds)
    process = Process(settings.program_version, started=math.ceil(time.time()))
    chain = Chain(settings.chain_file, journal.log)
    return MetricsServer(
        port=settings.metrics_port,
        limits=limits,
        page=lambda: render(process, forge, chain, time.time()),
        page_seconds=settings.page_seconds,
        closes_each=settings.metrics_close,
        log=journal.log,
    )


def _check_arguments(arguments: list[str]) -> None:
    if arguments != ["run"]:
        raise StartError(f"expected the argument 'run', got {arguments}")


def _set_process_name(name: str) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def _check_writable(database: Path) -> None:
    try:
        database.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=database):
            pass
    except OSError as error:
        raise StartError(f"database {database} is not writable: {error.strerror}") from error

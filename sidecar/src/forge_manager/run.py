"""Run the sidecar: the composition root, where every part meets its collaborators.

Order is by what must answer first. Until the port answers, nothing heavier than the event loop is
imported; what checks the credentials needs comes after, and what metrics need last of all.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING

from forge_manager import __version__, logs
from forge_manager.control.status import ForgingStatus
from forge_manager.env import SettingsError
from forge_manager.exit_codes import ExitCode
from forge_manager.heartbeat import Heartbeat
from forge_manager.http.listener import PortUnavailableError, listen
from forge_manager.node_socket import check_socket
from forge_manager.process_clock import seconds_since_start
from forge_manager.reasons import Reason
from forge_manager.settings import Settings, parse_settings
from forge_manager.status import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.http.answers import Response
    from forge_manager.manager import Manager
    from forge_manager.telemetry import Telemetry

_STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}

_log = logging.getLogger(__name__)


def run(variables: Mapping[str, str]) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    # Blocked before any thread starts, so that every thread inherits it and `sigwait` gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        settings = parse_settings(variables)
    except SettingsError as error:
        for problem in error.problems:
            print(f"forge-manager: {problem}", file=sys.stderr)  # noqa: T201 (no log format yet)
        return ExitCode.USAGE
    logs.configure(settings.log_format, settings.log_level)
    try:
        listener = listen(settings.http_port)
    except PortUnavailableError as error:
        _log.critical("cannot listen", extra=logs.fields(detail=str(error)))
        return ExitCode.PORT_UNAVAILABLE
    _log.info(
        "listening",
        extra=logs.fields(
            version=__version__, port=listener.getsockname()[1], network=settings.network.name
        ),
    )

    gate, forging, heartbeat = Gate(), ForgingStatus(), Heartbeat()
    from forge_manager.http.server import HttpServer, Views  # noqa: PLC0415 (see above)
    from forge_manager.telemetry import Telemetry  # noqa: PLC0415 (see above)

    telemetry = Telemetry()
    server = HttpServer(
        listener,
        Views(
            gate=gate,
            forging=forging,
            health=heartbeat.health,
            node_socket=lambda: _node_socket(settings),
            metrics=_metrics_page(settings, gate, forging, telemetry),
        ),
    )
    server.start()
    control = _Control(settings, telemetry, forging)
    manager = _manager(settings, gate, heartbeat, telemetry, control.start)
    manager.start()
    received = signal.sigwait(_STOP_SIGNALS)
    _log.info("stopping", extra=logs.fields(signal=signal.Signals(received).name))
    manager.stop()
    control.stop()
    server.stop()
    return ExitCode.OK


def _manager(
    settings: Settings,
    gate: Gate,
    heartbeat: Heartbeat,
    telemetry: Telemetry,
    on_first_ready: Callable[[], None],
) -> Manager:
    from forge_manager.manager import Manager  # noqa: PLC0415 (see above)
    from forge_manager.provisioning.assembly import assemble  # noqa: PLC0415 (see above)

    def became_ready() -> None:
        telemetry.became_ready(seconds_since_start())
        on_first_ready()

    return Manager(
        step=assemble(settings, telemetry).step,
        gate=gate,
        heartbeat=heartbeat,
        on_ready=became_ready,
    )


class _Control:
    """Forging control, from the first time there is something to forge with."""

    def __init__(self, settings: Settings, telemetry: Telemetry, status: ForgingStatus) -> None:
        self._settings = settings
        self._telemetry = telemetry
        self._status = status
        self._stop: Callable[[], None] = lambda: None

    def start(self) -> None:
        if not self._settings.managed:
            _log.info("nobody is elected here: no guard stands beside this sidecar")
            return
        from forge_manager.control.start import start  # noqa: PLC0415 (see above)

        try:
            self._stop = start(self._settings, self._telemetry, self._status)
        except OSError as error:
            _log.error("nobody is elected here", extra=logs.fields(error=str(error)))

    def stop(self) -> None:
        self._stop()


def _metrics_page(
    settings: Settings, gate: Gate, forging: ForgingStatus, telemetry: Telemetry
) -> Callable[[], Response]:
    lock = threading.Lock()
    made: list[Callable[[], Response]] = []

    def respond() -> Response:
        with lock:
            if not made:
                from forge_manager.metrics import MetricsPage  # noqa: PLC0415 (see above)

                made.append(MetricsPage(settings, gate, forging, telemetry).response)
        return made[0]()

    return respond


def _node_socket(settings: Settings) -> Reason:
    if not settings.node.socket_check:
        return Reason.SOCKET_CHECK_DISABLED
    return check_socket(settings.node.socket)

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
from forge_manager.control.keeper import ControlKeeper
from forge_manager.control.status import ForgingStatus, initial_state
from forge_manager.env import SettingsError
from forge_manager.exit_codes import ExitCode
from forge_manager.heartbeat import Heartbeat, health_of
from forge_manager.http.listener import PortUnavailableError, listen
from forge_manager.network_clock import NetworkClock
from forge_manager.node.bounded_socket import BoundedSocket
from forge_manager.node.peer import NodeSocket
from forge_manager.process_clock import seconds_since_start
from forge_manager.reasons import Reason
from forge_manager.settings import Settings, parse_settings
from forge_manager.status import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.heartbeat import Living
    from forge_manager.http.answers import Response
    from forge_manager.manager import Manager
    from forge_manager.status import GateState
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

    gate, heartbeat = Gate(), Heartbeat("credentials")
    socket = NodeSocket(settings.node.socket)
    asked_socket = BoundedSocket(socket)
    clock = NetworkClock(settings.network)
    forging = ForgingStatus(initial_state(settings))
    from forge_manager.http.server import HttpServer, Views  # noqa: PLC0415 (see above)
    from forge_manager.telemetry import Telemetry  # noqa: PLC0415 (see above)

    telemetry = Telemetry()
    telemetry.reads.add("node_socket", lambda: asked_socket.hangs)
    telemetry.reads.add("genesis", lambda: clock.hangs)
    control = ControlKeeper(settings, telemetry, forging, socket, network_clock=clock)
    living: list[Living] = [control]
    server = HttpServer(
        listener,
        Views(
            gate=gate,
            forging=forging,
            health=lambda: health_of(living),
            node_socket=asked_socket.check if settings.node.socket_check else _unchecked,
            metrics=_metrics_page(settings, gate, forging, telemetry),
        ),
    )
    server.start()
    step = _provisioning(settings, telemetry, asked_socket, clock)
    manager = _manager(step, gate, heartbeat, telemetry, control)
    living.append(manager)
    manager.start()
    received = signal.sigwait(_STOP_SIGNALS)
    _log.info("stopping", extra=logs.fields(signal=signal.Signals(received).name))
    manager.stop()
    control.stop()
    server.stop()
    return ExitCode.OK


def _provisioning(
    settings: Settings, telemetry: Telemetry, socket: BoundedSocket, clock: NetworkClock
) -> Callable[[], GateState | None]:
    from forge_manager.provisioning.assembly import assemble  # noqa: PLC0415 (see above)

    return assemble(settings, telemetry, socket, clock).step


def _manager(
    step: Callable[[], GateState | None],
    gate: Gate,
    heartbeat: Heartbeat,
    telemetry: Telemetry,
    control: ControlKeeper,
) -> Manager:
    from forge_manager.manager import Manager  # noqa: PLC0415 (see above)

    return Manager(
        step=step,
        gate=gate,
        heartbeat=heartbeat,
        on_ready=lambda: telemetry.became_ready(seconds_since_start()),
        after_turn=control.keep,
    )


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


def _unchecked() -> Reason:
    return Reason.SOCKET_CHECK_DISABLED

"""Run the sidecar: the composition root, where every part meets its collaborators.

The order is that in which parts must answer. Until the port answers, nothing heavier than the event
loop is imported; then what the credential checks need, and last what the metrics need.
"""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING

from forge_manager import __version__
from forge_manager.base import logs
from forge_manager.base.clocks import seconds_since_start
from forge_manager.base.env import SettingsError
from forge_manager.base.exit_codes import ExitCode
from forge_manager.base.hanging_reads import HangingReads
from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import LoopAge, health_of
from forge_manager.control.status import ForgingStatus, initial_state
from forge_manager.gate.record import CredentialSets, GateRecord
from forge_manager.gate.slot_clock_reader import SlotClockReader
from forge_manager.gate.state import Gate
from forge_manager.http.listener import PortUnavailableError, listen
from forge_manager.node.bounded_socket import BoundedSocket
from forge_manager.node.peer import NodeSocket
from forge_manager.settings.manager import Settings, parse_settings
from forge_manager.wiring.control_keeper import ControlKeeper
from forge_manager.wiring.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.base.thread_health import Threaded
    from forge_manager.gate.state import GateState
    from forge_manager.metrics.page import MetricsPage
    from forge_manager.metrics.telemetry import Telemetry

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

    gate, heartbeat = Gate(), LoopAge("gate")
    socket = NodeSocket(settings.node.socket)
    asked_socket = BoundedSocket(socket)
    clock = SlotClockReader(settings.network.name, settings.network.shelley_genesis)
    forging = ForgingStatus(initial_state(settings))
    record, sets, reads = GateRecord(), CredentialSets(), HangingReads()
    reads.add("node_socket", lambda: asked_socket.hangs)
    reads.add("genesis", lambda: clock.hangs)
    telemetry = Once(lambda: _telemetry(record, sets, reads))
    page = Once(lambda: _metrics_page(settings, gate, forging, telemetry()))
    from forge_manager.http.server import HttpServer, Views  # noqa: PLC0415 (see above)

    living: list[Threaded] = []
    server = HttpServer(
        listener,
        Views(
            gate=gate,
            forging=forging,
            health=lambda: health_of(living),
            node_socket=asked_socket.check if settings.node.socket_check else _unchecked,
            metrics=lambda: page().response(),
        ),
    )
    server.start()
    control = ControlKeeper(settings, telemetry, forging, socket, network_clock=clock)
    from forge_manager.gate.loop import GateLoop  # noqa: PLC0415 (see above)

    manager = GateLoop(
        step=_provisioning(settings, record, sets, reads, socket=asked_socket, clock=clock),
        gate=gate,
        heartbeat=heartbeat,
        on_ready=lambda: record.became_ready(seconds_since_start()),
        after_turn=control.keep,
    )
    living.extend((control, manager))
    manager.start()
    received = signal.sigwait(_STOP_SIGNALS)
    _log.info("stopping", extra=logs.fields(signal=signal.Signals(received).name))
    manager.stop()
    control.stop()
    server.stop()
    return ExitCode.OK


def _provisioning(
    settings: Settings,
    record: GateRecord,
    sets: CredentialSets,
    reads: HangingReads,
    *,
    socket: BoundedSocket,
    clock: SlotClockReader,
) -> Callable[[], GateState | None]:
    from forge_manager.wiring.gate import provisioner  # noqa: PLC0415 (see above)

    made = provisioner(settings, record, sets, socket, clock)
    reads.add("source", lambda: made.hangs)
    return made.step


def _telemetry(record: GateRecord, sets: CredentialSets, reads: HangingReads) -> Telemetry:
    from forge_manager.metrics.telemetry import Telemetry  # noqa: PLC0415 (see above)

    return Telemetry(record, sets, reads)


def _metrics_page(
    settings: Settings, gate: Gate, forging: ForgingStatus, telemetry: Telemetry
) -> MetricsPage:
    from forge_manager.metrics.page import MetricsPage  # noqa: PLC0415 (see above)

    return MetricsPage(settings, gate, forging, telemetry)


def _unchecked() -> Reason:
    return Reason.SOCKET_CHECK_DISABLED

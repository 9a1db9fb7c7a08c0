"""A server in this process, whose views a test sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.base.thread_health import Ailments
from forge_manager.control.status import ForgingStatus
from forge_manager.gate.state import Gate, GatePhase, GateState
from forge_manager.http import answers
from forge_manager.http.listener import listen
from forge_manager.http.server import HttpServer, Views

if TYPE_CHECKING:
    from collections.abc import Iterator

READY = GateState(GatePhase.READY, Reason.CREDENTIALS_PROVISIONED, "ready", True)
MISSING = GateState(GatePhase.NOT_READY, Reason.SOURCE_MISSING, "missing")


@dataclass
class Served:
    """The server's port and what it shows."""

    port: int
    server: HttpServer
    gate: Gate
    forging: ForgingStatus
    health: Ailments = ()
    node_socket: Reason = Reason.NODE_SOCKET_MISSING
    metrics_fail: bool = False
    metrics_text: bytes = b"metric 1\n"


@pytest.fixture
def served() -> Iterator[Served]:
    """Run a server on a free port until the test ends."""
    listener = listen(0)
    state: Served

    def metrics() -> answers.Response:
        if state.metrics_fail:
            raise RuntimeError("a defect")
        return answers.metrics(state.metrics_text, "text/plain")

    gate, forging = Gate(), ForgingStatus()
    views = Views(
        gate=gate,
        forging=forging,
        health=lambda: state.health,
        node_socket=lambda: state.node_socket,
        metrics=metrics,
    )
    server = HttpServer(listener, views)
    state = Served(listener.getsockname()[1], server, gate, forging)
    server.start()
    yield state
    server.stop()

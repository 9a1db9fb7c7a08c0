"""The HTTP server: an event loop in its own thread, so that nothing else can delay a probe."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forge_manager.base import logs
from forge_manager.http import answers
from forge_manager.http.connection import MAX_HEAD_BYTES, HttpConnection
from forge_manager.http.connections import Connections, affordable_connections
from forge_manager.http.routes import AwaitedPage, HeldRequest, ObservedPage, route

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from forge_manager.base.reasons import Reason
    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.status import ForgingStatus
    from forge_manager.gate.state import Gate
    from forge_manager.http.answers import Response

_STOP_SECONDS = 0.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Views:
    """What the pages show, asked for at each request.

    `metrics` and `node_socket` may be slow, but take no more than a second or so.
    """

    gate: Gate
    forging: ForgingStatus
    health: Callable[[], Ailments]
    node_socket: Callable[[], Reason]
    metrics: Callable[[], Response]


class HttpServer:
    """Serves on a listening socket until stopped."""

    def __init__(self, listener: socket.socket, views: Views) -> None:
        self._listener = listener
        self._views = views
        self._waiting: dict[HttpConnection, tuple[AwaitedPage, asyncio.TimerHandle]] = {}
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._stopping = asyncio.Event()
        self.loop = asyncio.new_event_loop()
        self.receive_buffer = memoryview(bytearray(MAX_HEAD_BYTES))
        self.connections = Connections(affordable_connections())

    def start(self) -> None:
        """Begin to answer; connections made before are answered too."""
        self._views.gate.observe(self._state_changed)
        self._views.forging.observe(self._state_changed)
        self._thread.start()

    def stop(self) -> None:
        """Close all connections and end the thread, within half a second."""
        self._in_loop(self._stopping.set)
        self._thread.join(_STOP_SECONDS)

    def handle(self, connection: HttpConnection, method: str, target: str) -> None:
        """Answer a request, now or once what it waits for has happened."""
        asked = route(method, target)
        if isinstance(asked, HeldRequest):
            if asked.seconds > 0 and not self._has_happened(asked.page):
                timer = self.loop.call_later(asked.seconds, self._stop_waiting, connection)
                self._waiting[connection] = asked.page, timer
            else:
                connection.respond(self._answer(asked.page))
        elif asked is ObservedPage.HEALTH:
            connection.respond(answers.health(self._views.health()))
        elif asked is ObservedPage.NODE_READY:
            self._respond_later(connection, lambda: answers.node_ready(self._views.node_socket()))
        elif asked is ObservedPage.NODE_LIVENESS:
            connection.respond(answers.node_liveness(self._views.forging.state))
        elif asked is ObservedPage.METRICS:
            self._respond_later(connection, self._views.metrics)
        else:
            connection.respond(asked)

    def _respond_later(self, connection: HttpConnection, page: Callable[[], Response]) -> None:
        """Answer when another thread has made the page."""
        making = self.loop.run_in_executor(None, page)
        making.add_done_callback(lambda done: connection.respond(_result(done)))

    def is_waiting(self, connection: HttpConnection) -> bool:
        """Tell whether a connection's answer is being held back."""
        return connection in self._waiting

    def forget(self, connection: HttpConnection) -> None:
        """Drop what is kept about a connection that has ended."""
        self.connections.discard(connection)
        waiting = self._waiting.pop(connection, None)
        if waiting is not None:
            waiting[1].cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.loop.close()

    async def _serve(self) -> None:
        server = await self.loop.create_server(lambda: HttpConnection(self), sock=self._listener)
        await self._stopping.wait()
        server.close()
        self.connections.close_all()
        await asyncio.sleep(0)  # let the closed connections be taken down

    def _has_happened(self, page: AwaitedPage) -> bool:
        if page is AwaitedPage.STARTUP_STATUS:
            return self._views.gate.state.ready
        return self._views.forging.state.handed_over

    def _answer(self, page: AwaitedPage) -> Response:
        if page is AwaitedPage.STARTUP_STATUS:
            return answers.startup_status(self._views.gate.state, time.time())
        return answers.handed_over(self._views.forging.state)

    def _state_changed(self) -> None:
        self._in_loop(self._answer_waiting)

    def _in_loop(self, callback: Callable[[], object]) -> None:
        try:
            self.loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop has ended: there is no one left to answer
            return

    def _answer_waiting(self) -> None:
        for connection, (page, _) in list(self._waiting.items()):
            if self._has_happened(page):
                self._stop_waiting(connection)

    def _stop_waiting(self, connection: HttpConnection) -> None:
        page, timer = self._waiting.pop(connection)
        timer.cancel()
        connection.respond(self._answer(page))


def _result(making: asyncio.Future[Response]) -> Response:
    problem = None if making.cancelled() else making.exception()
    if problem is not None:
        _log.error("a page could not be generated", extra=logs.fields(error=logs.where(problem)))
    if making.cancelled() or problem is not None:
        return answers.error(500, "the page could not be generated; see the log")
    return making.result()

"""One client's connection: parse its requests, answer them, and limit the time of each step."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

import h11

from forge_manager.base import logs
from forge_manager.http.answers import Response, error

if TYPE_CHECKING:
    from forge_manager.http.server import HttpServer

#: Bytes a request's head may have.
MAX_HEAD_BYTES = 8 * 1024

_IDLE_SECONDS = 60.0  # between requests
_HEAD_SECONDS = 10.0  # from the first byte of a request to its end
_WRITE_SECONDS = 10.0  # for a client to take its answer

_log = logging.getLogger(__name__)


class HttpConnection(asyncio.BufferedProtocol):
    """Serves requests one after the other. All methods run in the server's event loop.

    It reads in small pieces, and the next one only once the previous one has been answered.
    """

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._http: h11.Connection | None = None  # made with the first byte: most idle ones
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head = False  # a request has begun and is not complete
        self._answering = False  # a request is complete and has no answer yet
        self._method = b""
        self._half_closed = False
        self._choked = False  # the client does not read what was sent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start waiting for a request."""
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)
        self._expect_within(_IDLE_SECONDS)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 (asyncio's own signature)
        """Return where to put received bytes; all connections share it, in one thread."""
        return self._server.receive_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take bytes of a request."""
        if self._http is None:
            self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._http.receive_data(bytes(self._server.receive_buffer[:nbytes]))
        if self._answering or self._choked:
            self._pause_reading()  # a client that sends without reading must not fill our memory
        else:
            self._next_request()

    def eof_received(self) -> bool:
        """Answer a client that has finished sending, unless the answer is far off.

        A probe that gives up looks the same, and must not keep its place.
        """
        self._half_closed = True
        return self._answering and not self._server.is_waiting(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's own signature)
        """Forget everything about this client."""
        self._cancel_deadline()
        self._server.forget(self)

    def pause_writing(self) -> None:
        """Limit the time of a client that does not read, and send it nothing more meanwhile."""
        self._choked = True
        self._expect_within(_WRITE_SECONDS)

    def resume_writing(self) -> None:
        """Continue with a client that has read."""
        self._choked = False
        if not self._answering:
            self._await_request()

    def respond(self, response: Response) -> None:
        """Send the answer to the current request."""
        http = self._http
        if not self._answering or http is None or self._closing():
            return
        self._send(http, response)
        self._answering = False
        if self._half_closed or http.our_state is not h11.DONE or http.their_state is not h11.DONE:
            self.close()
            return
        http.start_next_cycle()
        if not self._choked:
            self._await_request()

    def close(self) -> None:
        """Close once everything written has been sent, or after a while."""
        if self._transport is not None and not self._closing():
            self._transport.close()
            self._expect_within(_WRITE_SECONDS)

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _await_request(self) -> None:
        self._in_head = False
        self._server.connections.mark_idle(self)
        self._expect_within(_IDLE_SECONDS)
        if self._http is not None and self._http.trailing_data[0]:
            self._pause_reading()
            self._server.loop.call_soon(self._next_request)
        elif self._transport is not None:
            self._transport.resume_reading()

    def _next_request(self) -> None:
        http = self._http
        if http is None or self._answering or self._choked or self._closing():
            return
        try:
            event = http.next_event()
            if isinstance(event, h11.Request) and not _has_body(event):
                http.next_event()  # the end of a message without a body
        except h11.RemoteProtocolError as problem:
            self._refuse(http, problem.error_status_hint)
            return
        if isinstance(event, h11.Request):
            self._handle(event)
        elif isinstance(event, h11.ConnectionClosed):
            self.close()
        elif self._transport is not None:
            self._transport.resume_reading()
            if http.trailing_data[0] and not self._in_head:
                self._in_head = True
                self._expect_within(_HEAD_SECONDS)

    def _handle(self, request: h11.Request) -> None:
        self._answering = True
        self._method = request.method
        self._cancel_deadline()
        self._server.connections.mark_busy(self)
        if _has_body(request):
            self.respond(
                error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "a request must not have a body")
            )
            return
        try:
            method, target = request.method.decode("ascii"), request.target.decode("ascii")
            self._server.handle(self, method, target)
        except Exception as problem:  # noqa: BLE001 (a client must never see a traceback)
            _log.error("request failed", extra=logs.fields(error=logs.where(problem)))
            self.respond(error(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed; see the log"))

    def _refuse(self, http: h11.Connection, status: int) -> None:
        if http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._method = b""
            self._send(http, error(status, "the request is malformed or too large"))
        self.close()

    def _send(self, http: h11.Connection, response: Response) -> None:
        headers = [
            ("content-type", response.content_type),
            ("content-length", str(len(response.body))),
            ("cache-control", "no-store"),
        ]
        if response.allow:
            headers.append(("allow", response.allow))
        if http.their_state is not h11.DONE or self._half_closed:
            headers.append(("connection", "close"))
        phrase = HTTPStatus(response.status).phrase
        head = h11.Response(status_code=response.status, headers=headers, reason=phrase)
        events: list[h11.Event] = [head]
        if self._method != b"HEAD":
            events.append(h11.Data(data=response.body))
        events.append(h11.EndOfMessage())
        if self._transport is not None:
            self._transport.write(b"".join(http.send(event) or b"" for event in events))

    def _closing(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def _pause_reading(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def _expect_within(self, seconds: float) -> None:
        self._cancel_deadline()
        self._deadline = self._server.loop.call_later(seconds, self.abort)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _has_body(request: h11.Request) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0") != b"")
        for name, value in request.headers
    )

"""One HTTP GET, bounded in time and size whatever the server does; no retries."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CHUNK = 64 * 1024
#: Seconds in which not one byte comes, after which no more will.
_STALL_SECONDS = 10.0
#: Requests of this process that were given up and have not ended: a name that nobody resolves can
#: hold a thread for long.
_MOST_LEFT_BEHIND = 3
_slots = threading.BoundedSemaphore(_MOST_LEFT_BEHIND)


class Answer(NamedTuple):
    """A whole answer of any status."""

    status: int
    reason: str
    body: bytes


class NoAnswerError(Exception):
    """There is no whole answer; the text says why, in words of ours. `final`: nor will there be."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


def get(
    url: str,
    *,
    seconds: float,
    most_bytes: int,
    headers: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    follow: bool = False,
    by_proxy: bool = False,
) -> Answer:
    """Return what an http or https server answers within `seconds`, all in all.

    `most_bytes`: of the body; 0: it is not read. `follow`: redirects. `by_proxy`: by the one that
    the environment names. Raises NoAnswerError; ValueError for a URL that is none.
    """
    _ = urlsplit(url).port  # ValueError for one that is none
    if not _slots.acquire(blocking=False):
        raise NoAnswerError(f"{_MOST_LEFT_BEHIND} earlier requests hang")
    exchange = _Exchange(most_bytes, min(seconds, _STALL_SECONDS), tls)
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 (the opener knows http and https alone)
    opener = exchange.opener(follow=follow, by_proxy=by_proxy)
    ended: SimpleQueue[Answer | Exception] = SimpleQueue()

    def work() -> None:
        found: Answer | Exception = RuntimeError("an unexpected error")
        try:
            found = exchange.run(opener, request, time.monotonic() + seconds)
        except Exception as error:  # noqa: BLE001 (raised where it was asked for)
            found = error
        finally:
            _slots.release()
            ended.put(found)

    try:
        threading.Thread(target=work, name="http-get", daemon=True).start()
    except RuntimeError:
        _slots.release()
        raise NoAnswerError("no more threads") from None
    try:
        found = ended.get(timeout=seconds)
    except Empty:
        exchange.abort()
        raise NoAnswerError(f"no answer within {seconds:g} s") from None
    if isinstance(found, Answer):
        return found
    raise _explained(found, seconds) from None


def _explained(error: Exception, seconds: float) -> Exception:
    """Say what went wrong without the error's own text, which may quote an address."""
    while isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, ssl.SSLCertVerificationError):
        return NoAnswerError("the server's certificate is not trusted, or is another's")
    if isinstance(error, NoAnswerError | ValueError):
        return error
    if isinstance(error, socket.gaierror):
        return NoAnswerError("the server's name cannot be resolved")
    if isinstance(error, TimeoutError):
        return NoAnswerError(f"no answer within {seconds:g} s")
    if isinstance(error, OSError | http.client.HTTPException):
        known = isinstance(error, OSError) and error.strerror
        return NoAnswerError(f"no proper answer ({known or type(error).__name__})")
    return error


class _Exchange:
    """One request, which another thread may have to end."""

    def __init__(self, most_bytes: int, stall_s: float, tls: ssl.SSLContext | None) -> None:
        self._most_bytes = most_bytes
        self._stall_s = stall_s
        self._tls = tls
        self._connection: http.client.HTTPConnection | None = None

    def opener(self, *, follow: bool, by_proxy: bool) -> urllib.request.OpenerDirector:
        """Return one of our own: the default one also follows to ftp: and reads file:."""
        opener = urllib.request.OpenerDirector()
        handlers: list[urllib.request.BaseHandler] = [
            _Http(self._made(http.client.HTTPConnection)),
            _Https(self._made(http.client.HTTPSConnection), self._tls),
        ]
        if by_proxy:
            handlers.append(urllib.request.ProxyHandler())
        if follow:
            handlers += [
                urllib.request.HTTPRedirectHandler(),
                urllib.request.HTTPDefaultErrorHandler(),
                urllib.request.HTTPErrorProcessor(),
            ]
        for handler in handlers:
            opener.add_handler(handler)
        return opener

    def run(
        self, opener: urllib.request.OpenerDirector, request: urllib.request.Request, until: float
    ) -> Answer:
        """Return the answer. Raises whatever goes wrong."""
        try:
            response = opener.open(request, timeout=self._stall_s)
        except urllib.error.HTTPError as error:
            response = error
        if response is None:
            raise NoAnswerError("it leads to an address that is not http or https", final=True)
        with response:
            return Answer(response.status, response.reason, self._body(response, until))

    def abort(self) -> None:
        """Have a thread that waits for bytes return."""
        found = self._connection.sock if self._connection is not None else None
        if found is not None:
            with suppress(OSError):  # it has ended by itself
                found.shutdown(socket.SHUT_RDWR)

    def _made(
        self, kind: type[http.client.HTTPConnection]
    ) -> Callable[..., http.client.HTTPConnection]:
        def make(*args: Any, **kwargs: Any) -> http.client.HTTPConnection:  # noqa: ANN401 (urllib's)
            self._connection = kind(*args, **kwargs)
            return self._connection

        return make

    def _body(self, response: http.client.HTTPResponse, until: float) -> bytes:
        body = bytearray()
        while self._most_bytes and (chunk := response.read1(_CHUNK)):
            body += chunk
            if len(body) > self._most_bytes:
                raise NoAnswerError(f"it is larger than {self._most_bytes} bytes", final=True)
            if time.monotonic() > until:
                raise TimeoutError
        if self._most_bytes and response.length:
            raise NoAnswerError("it broke off")
        return bytes(body)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, make: Callable[..., http.client.HTTPConnection]) -> None:
        super().__init__()
        self._make = make

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._make, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(
        self, make: Callable[..., http.client.HTTPConnection], tls: ssl.SSLContext | None
    ) -> None:
        super().__init__()
        self._make = make
        self._tls = tls

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        tls = self._tls or ssl.create_default_context()
        return self.do_open(self._make, req, context=tls)

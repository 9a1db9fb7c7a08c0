"""One HTTP GET, bounded in time and size whatever the server does; no retries."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CHUNK = 64 * 1024
_GOOD = range(200, 300)
_NOBODY_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class HttpAnswer(NamedTuple):
    """A whole answer of any status."""

    status: int
    reason: str
    body: bytes

    @property
    def good(self) -> bool:
        """Whether its status is any 2xx."""
        return self.status in _GOOD


class NoAnswerError(Exception):
    """No complete answer; the text says why, in our own words. `final`: retrying cannot help."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


def get(
    url: str,
    *,
    seconds: float,
    most_bytes: int,
    headers: Mapping[str, str] | None = None,
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    stall_seconds: float | None = None,
    follow: bool = False,
    by_proxy: bool = False,
    slots: threading.Semaphore | None = None,
) -> HttpAnswer:
    """Return what an http or https server answers within `seconds` in total.

    `most_bytes`: limit of the body; 0: it is not read. `tls`: returns whom to trust; called within
    the time limit. `stall_seconds`: longest time without a byte. `follow`: follow redirects.
    `by_proxy`: use the proxy that the environment names. `slots`: how many requests of one caller
    may run on after they were given up, because a name that does not resolve holds a thread for
    long. Raises NoAnswerError, and ValueError for an invalid URL.
    """
    _ = urlsplit(url).port  # ValueError for an invalid one
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 (the opener knows http and https alone)
    stall_s = min(seconds, stall_seconds or seconds)
    exchange = _Exchange(most_bytes, seconds, stall_s, tls)
    opener = exchange.opener(follow=follow, by_proxy=by_proxy)
    slots = slots or threading.Semaphore()
    if not slots.acquire(blocking=False):
        raise NoAnswerError("earlier requests still hang")
    ended: SimpleQueue[HttpAnswer | Exception] = SimpleQueue()

    def run_and_free_slot() -> None:
        """Ask, in a thread of its own, and hand the answer over; gives the caller's slot back."""
        found: HttpAnswer | Exception = RuntimeError("an unexpected error")
        try:
            found = exchange.run(opener, request, time.monotonic() + seconds)
        except Exception as error:  # noqa: BLE001 (raised where it was asked for)
            found = error
        finally:
            slots.release()
            ended.put(found)

    try:
        threading.Thread(target=run_and_free_slot, name="http-get", daemon=True).start()
    except RuntimeError:
        slots.release()
        raise NoAnswerError("no thread can be started") from None
    try:
        found = ended.get(timeout=seconds)
    except Empty:
        exchange.abort()
        raise _silent(seconds) from None
    if isinstance(found, HttpAnswer):
        return found
    raise _explained(found, stall_s) from None


def _silent(seconds: float) -> NoAnswerError:
    return NoAnswerError(f"no answer within {seconds:g} s")


def _explained(error: Exception, stall_s: float) -> Exception:
    """Say what went wrong without the error's own text, which may contain an address."""
    while isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, NoAnswerError):
        return error
    if isinstance(error, TimeoutError):
        return _silent(stall_s)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"the server's certificate is not trusted, or is for another name{_no_bundle()}"
    elif isinstance(error, ValueError):
        return NoAnswerError("it redirects to an invalid URL", final=True)
    elif isinstance(error, socket.gaierror):
        why = "the server's name cannot be resolved"
    elif isinstance(error, http.client.HTTPException):
        why = f"not a valid HTTP answer ({type(error).__name__})"
    elif isinstance(error, OSError):
        why = f"no answer ({error.strerror or type(error).__name__})"
    else:
        return error
    return NoAnswerError(why)


def _no_bundle() -> str:
    """Name the file of authorities if it is missing: OpenSSL does not report that."""
    named = os.environ.get(ssl.get_default_verify_paths().openssl_cafile_env)
    if named and not Path(named).is_file():
        return f"; SSL_CERT_FILE is {named}, which does not exist"
    return ""


class _Exchange:
    """One request, which another thread may have to abort."""

    def __init__(
        self,
        most_bytes: int,
        seconds: float,
        stall_s: float,
        tls: Callable[[], ssl.SSLContext],
    ) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._stall_s = stall_s
        self._tls = tls
        self._connection: http.client.HTTPConnection | None = None
        self._responses: list[http.client.HTTPResponse] = []  # a bad redirect's stays open

    def opener(self, *, follow: bool, by_proxy: bool) -> urllib.request.OpenerDirector:
        """Return our own opener: the default one also follows to ftp: and reads file:."""
        opener = urllib.request.OpenerDirector()
        handlers: list[urllib.request.BaseHandler] = [
            _Http(self._made(http.client.HTTPConnection), self._responses),
            _Https(self._made(http.client.HTTPSConnection), self._responses, self._tls),
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
    ) -> HttpAnswer:
        """Return the answer. Raises whatever goes wrong."""
        try:
            return self._open_and_read(opener, request, until)
        finally:
            for response in self._responses:
                response.close()

    def _open_and_read(
        self, opener: urllib.request.OpenerDirector, request: urllib.request.Request, until: float
    ) -> HttpAnswer:
        """Connect and read until `until`. Uses the network, the certificates and the clock."""
        try:
            response = opener.open(request, timeout=self._stall_s)
        except urllib.error.HTTPError as error:
            response = error
        if response is None:
            raise NoAnswerError("it redirects to an address that is not http or https", final=True)
        with response:
            return HttpAnswer(response.status, response.reason, self._body(response, until))

    def abort(self) -> None:
        """Make a thread that waits for bytes return."""
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
                raise _silent(self._seconds)
        if self._most_bytes and response.length:
            raise NoAnswerError("it was cut short")
        return bytes(body)


class _Http(urllib.request.HTTPHandler):
    def __init__(
        self,
        make: Callable[..., http.client.HTTPConnection],
        responses: list[http.client.HTTPResponse],
    ) -> None:
        super().__init__()
        self._make = make
        self._responses = responses

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        self._responses.append(self.do_open(self._make, req))
        return self._responses[-1]


class _Https(urllib.request.HTTPSHandler):
    def __init__(
        self,
        make: Callable[..., http.client.HTTPConnection],
        responses: list[http.client.HTTPResponse],
        tls: Callable[[], ssl.SSLContext],
    ) -> None:
        super().__init__(context=_NOBODY_TRUSTED)  # without one it reads all certificates at once
        self._make = make
        self._responses = responses
        self._tls = tls

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        try:
            tls = self._tls()
        except OSError:
            raise NoAnswerError("the certificates to trust cannot be read") from None
        self._responses.append(self.do_open(self._make, req, context=tls))
        return self._responses[-1]

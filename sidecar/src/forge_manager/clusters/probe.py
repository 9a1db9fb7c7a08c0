"""Asks a health check's endpoint once: one total time, no retries, no redirects."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from forge_manager.bounded_file import read_bounded
from forge_manager.clusters.spec import Header, is_header, is_same_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.cluster_settings import HealthSettings
    from forge_manager.clusters.spec import HealthCheck

_AGENT = "cardano-forge-manager"
_MOST_HEADER_BYTES = 8 * 1024
#: Probes at work or left to their end: a name that nobody resolves can hold a thread for long.
_MOST_THREADS = 3
_GOOD = range(200, 300)


class Outcome(NamedTuple):
    """What one probe found. `message`: in words of ours, for answers may hold anything."""

    ok: bool
    message: str
    seconds: float


class Prober:
    """Sends probes. `settings_endpoint`: only its server is told the Secret's headers."""

    def __init__(
        self,
        settings: HealthSettings,
        settings_endpoint: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._settings_endpoint = settings_endpoint
        self._clock = clock
        self._slots = threading.BoundedSemaphore(_MOST_THREADS)

    def ask(self, check: HealthCheck) -> Outcome:
        """Send one and wait for its answer, no longer than the check allows. Never raises."""
        began = self._clock()
        if not self._slots.acquire(blocking=False):
            return Outcome(ok=False, message=f"{_MOST_THREADS} earlier probes hang", seconds=0.0)
        exchange = _Exchange(check, self._settings, self._headers(check))
        answers: SimpleQueue[tuple[bool, str]] = SimpleQueue()

        def work() -> None:
            found = False, "an unexpected error"
            try:
                found = exchange.run()
            finally:
                self._slots.release()
                answers.put(found)

        try:
            threading.Thread(target=work, name="health-check", daemon=True).start()
            ok, message = answers.get(timeout=check.timeout_s)
        except RuntimeError:
            self._slots.release()
            ok, message = False, "no more threads"
        except Empty:
            exchange.abort()
            ok, message = False, f"no answer within {check.timeout_s} s"
        return Outcome(ok, message, self._clock() - began)

    def _headers(self, check: HealthCheck) -> dict[str, str]:
        found = dict(check.headers)
        directory = self._settings.headers
        if directory is not None and is_same_server(check.endpoint, self._settings_endpoint):
            found |= headers_in(directory)
        return found


def headers_in(directory: Path) -> dict[str, str]:
    """Return the headers of a mounted Secret as it is now: a file for each, of its name."""
    try:
        paths = sorted(directory.iterdir())
        found = {path.name: read_bounded(path.resolve(), _MOST_HEADER_BYTES) for path in paths}
    except (OSError, RuntimeError):
        return {}
    texts = {name: (content or b"").decode("latin-1").strip() for name, content in found.items()}
    return dict(Header(n, v) for n, v in texts.items() if v and is_header(n, v))


class _Exchange:
    """One request, which another thread may have to end."""

    def __init__(
        self, check: HealthCheck, settings: HealthSettings, headers: dict[str, str]
    ) -> None:
        self._check = check
        self._settings = settings
        self._headers = headers
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> tuple[bool, str]:
        """Return whether the answer is good, and what it was. Texts of errors quote addresses."""
        try:
            status = self._status()
        except ssl.SSLCertVerificationError:
            return False, "the server's certificate is not trusted, or is another's"
        except socket.gaierror:
            return False, "the endpoint's name cannot be resolved"
        except TimeoutError:
            return False, f"no answer within {self._check.timeout_s} s"
        except (http.client.HTTPException, OSError, ValueError) as error:
            return False, f"no proper answer ({type(error).__name__})"
        return status in _GOOD, f"HTTP {status}"

    def abort(self) -> None:
        """Have a thread that waits for bytes return."""
        found = self._connection.sock if self._connection is not None else None
        if found is not None:
            try:
                found.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself

    def _status(self) -> int:
        parts = urlsplit(self._check.endpoint)
        connection = self._connection = self._connect(
            parts.scheme, parts.hostname or "", parts.port
        )
        headers = {"User-Agent": _AGENT, "Accept": "*/*", "Connection": "close", **self._headers}
        if parts.username is not None or parts.password is not None:
            who = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(who.encode()).decode()}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("GET", target, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connect(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        seconds = self._check.timeout_s
        if scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=seconds)
        ca = self._settings.ca
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        if not self._settings.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)

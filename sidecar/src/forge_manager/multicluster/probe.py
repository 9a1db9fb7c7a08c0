"""Asks a health check's endpoint once: one total time limit, no retries, no redirects."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from forge_manager.base.bounded_file import read_bounded
from forge_manager.base.bounded_get import NoAnswerError, get
from forge_manager.multicluster.spec import is_same_server
from forge_manager.settings.cluster_spec import Header, is_header

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.settings.cluster import HealthSettings
    from forge_manager.settings.cluster_spec import HealthCheck

_AGENT = "cardano-forge-manager"
_MOST_HEADER_BYTES = 8 * 1024
_MOST_LEFT_BEHIND = 3


class Outcome(NamedTuple):
    """What one probe found. `message`: in our own words, because answers may hold anything."""

    ok: bool
    message: str
    seconds: float


class Prober:
    """Sends probes, through a proxy if the environment names one.

    `settings_endpoint`: only its server gets the Secret's headers.
    """

    def __init__(
        self,
        settings: HealthSettings,
        settings_endpoint: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._settings_endpoint = settings_endpoint
        self._clock = clock
        self._slots = threading.Semaphore(_MOST_LEFT_BEHIND)

    def ask(self, check: HealthCheck) -> Outcome:
        """Send one and wait for its answer, no longer than the check allows. Never raises."""
        began = self._clock()
        try:
            url, who = _without_user(check.endpoint)
            answer = get(
                url,
                seconds=check.timeout_s,
                most_bytes=0,
                headers={"User-Agent": _AGENT, "Accept": "*/*", **self._headers(check), **who},
                tls=self._tls,
                by_proxy=True,
                slots=self._slots,
            )
        except NoAnswerError as error:
            return Outcome(ok=False, message=str(error), seconds=self._clock() - began)
        except ValueError:
            return Outcome(ok=False, message="not a valid URL", seconds=0.0)
        seconds = self._clock() - began
        return Outcome(answer.good, f"HTTP {answer.status}", seconds)

    def _tls(self) -> ssl.SSLContext:
        ca = self._settings.ca
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        if not self._settings.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _headers(self, check: HealthCheck) -> dict[str, str]:
        found = dict(check.headers)
        directory = self._settings.headers
        if directory is not None and is_same_server(check.endpoint, self._settings_endpoint):
            found |= headers_in(directory)
        return found


def headers_in(directory: Path) -> dict[str, str]:
    """Return the headers of a mounted Secret as it is now: one file for each, with its name."""
    try:
        paths = sorted(directory.iterdir())
        found = {path.name: read_bounded(path.resolve(), _MOST_HEADER_BYTES) for path in paths}
    except (OSError, RuntimeError):
        return {}
    texts = {name: (content or b"").decode("latin-1").strip() for name, content in found.items()}
    return dict(Header(n, v) for n, v in texts.items() if v and is_header(n, v))


def _without_user(url: str) -> tuple[str, dict[str, str]]:
    """Return a URL without the user that it may name, and the header that names that user."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return url, {}
    who = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    header = {"Authorization": f"Basic {base64.b64encode(who.encode()).decode()}"}
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), header

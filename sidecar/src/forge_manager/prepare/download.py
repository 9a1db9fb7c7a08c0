"""Fetch one file over HTTP: bounded in size and time, tried again when that may help."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from forge_manager.prepare.errors import PrepareError
from forge_manager.prepare.files import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 64 * 1024
_STALL_SECONDS = 10.0
_FIRST_PAUSE = 1.0
_LAST_PAUSE = 15.0
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


class _FinalError(Exception):
    """Trying again would give the same."""


def download(
    url: str,
    deadline: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """Return what is at a URL; `deadline` is on the clock given, monotonic by default.

    Raises PrepareError with the last reason when it has not come by then.
    """
    pause, attempts = _FIRST_PAUSE, 0
    while True:
        attempts += 1
        try:
            return _fetch(url, deadline, clock)
        except _FinalError as error:
            raise PrepareError(f"{url}: {error}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = _describe(error)
        if clock() + pause >= deadline:
            raise PrepareError(f"{url}: {reason}; gave up after {attempts} attempts")
        sleep(pause)
        pause = min(2 * pause, _LAST_PAUSE)


def _fetch(url: str, deadline: float, clock: Callable[[], float]) -> bytes:
    # An opener of our own: the default one also follows redirects to ftp: and reads file:.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    timeout = max(0.1, min(_STALL_SECONDS, deadline - clock()))
    try:
        response = opener.open(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _WORTH_ANOTHER_TRY:
                raise
            raise _FinalError(f"the server answered {error.code} {error.reason}") from None
    if response is None:
        raise _FinalError("it leads to an address that is not http or https")
    content = bytearray()
    with response:
        while chunk := response.read1(_CHUNK):
            content += chunk
            if len(content) > MAX_BYTES:
                raise _FinalError(f"it is larger than {MAX_BYTES} bytes")
            if clock() > deadline:
                raise TimeoutError("it comes too slowly")
        if response.length:
            raise ConnectionError("it broke off")
    return bytes(content)


def _describe(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return f"not reachable: {error.reason}"
    return f"{type(error).__name__}: {error}"

"""One HTTP GET, bounded in total time and size, from a server that may do anything."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.node.address import Address

_CHUNK_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 16 * 1024
_OK = 200


class FetchError(Exception):
    """There is no whole answer; the text says why, in words of ours."""


def fetch(
    address: Address,
    *,
    seconds: float,
    max_bytes: int,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """Return the body of a 200 answer that came whole within `seconds`. Raises FetchError."""
    deadline = clock() + seconds

    def left() -> float:
        remaining = deadline - clock()
        if remaining <= 0:
            raise TimeoutError
        return remaining

    try:
        with socket.create_connection((address.host, address.port), timeout=left()) as connection:
            return _exchange(connection, address, max_bytes, left)
    except TimeoutError:
        raise FetchError(f"no whole answer within {seconds:g} s") from None
    except OSError as error:
        raise FetchError(f"connection failed: {error.strerror or type(error).__name__}") from None
    except h11.ProtocolError:
        raise FetchError("the answer is cut short or not HTTP") from None


def _exchange(
    connection: socket.socket, address: Address, max_bytes: int, left: Callable[[], float]
) -> bytes:
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
    headers = [("Host", address.host), ("Connection", "close")]
    request = http.send(h11.Request(method="GET", target=address.target, headers=headers))
    connection.settimeout(left())
    connection.sendall((request or b"") + (http.send(h11.EndOfMessage()) or b""))
    body, received = bytearray(), 0
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            connection.settimeout(left())
            chunk = connection.recv(_CHUNK_BYTES)
            received += len(chunk)
            if received > max_bytes:
                raise FetchError(f"the answer is longer than {max_bytes} bytes")
            http.receive_data(chunk)
        elif isinstance(event, h11.Response) and event.status_code != _OK:
            raise FetchError(f"the answer has status {event.status_code}")
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return bytes(body)

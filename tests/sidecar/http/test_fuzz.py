"""A fixed number of hostile connections: each gets an answer or is closed, and none does harm."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.sidecar.http.client import connect, get, request

if TYPE_CHECKING:
    import socket

    import pytest

    from tests.sidecar.http.conftest import Served

_CASES = 1_500
_PIECES = [
    b"GET ", b"HEAD ", b"POST ", b"/health", b"/startup-status?wait=", b"0.001", b" HTTP/1.1",
    b" HTTP/1.0", b"\r\n", b"\n", b"\r\n\r\n", b"host: x", b"content-length: ", b"0", b"-1",
    b"transfer-encoding: chunked", b"connection: close", b"connection: upgrade", b"expect: 100-",
    b"\x00", b"\xff\xfe", b":", b" ", b"\t", b"a" * 9_000, b"%00%2e%2e", b"PRI * HTTP/2.0",
]  # fmt: skip


def test_no_request_breaks_the_server(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(20_201)
    for case in range(_CASES):
        with connect(served.port) as client:
            _send(client, _hostile(chance))
            if case % 3:
                received = _drain(client)
                assert received == b"" or received.startswith(b"HTTP/1.1 "), received
                assert b"Traceback" not in received
        if case % 100 == 0:
            assert get(served.port, "/health").status == 200
    assert get(served.port, "/startup-status").status == 503
    assert caplog.text == ""


def _hostile(chance: random.Random) -> bytes:
    if chance.random() < 0.4:  # a good request, damaged
        sent = bytearray(request("/startup-status?wait=0.001"))
        for _ in range(chance.randint(1, 4)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        return bytes(sent)
    return b"".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 12)))


def _send(client: socket.socket, data: bytes) -> None:
    try:
        client.sendall(data)
        client.shutdown(1)
    except OSError:  # the server has closed already
        return


def _drain(client: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := client.recv(65_536):
            received += chunk
    except ConnectionResetError:
        return received
    return received

"""Connections to the local socket that end without a handshake are in the log."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.e2e.standin.local_socket import WITHOUT_HANDSHAKE, is_handshake
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from pathlib import Path

# network-mux: time, protocol 0 from the initiator, length; then a proposal of one version.
PROPOSAL = bytes.fromhex("00000000 0000 0008 8200a119801082182af4")


def connect(node: StandinProcess, first: bytes = b"") -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(node.socket))
    client.sendall(first)
    return client


def test_a_connection_that_ends_without_a_handshake_is_said_once(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        connect(node, PROPOSAL).close()
        idle = connect(node)
        connect(node, b"hello").close()
        node.wait_for_line(WITHOUT_HANDSHAKE)
        assert node.output.count(WITHOUT_HANDSHAKE) == 1
        idle.close()
        node.wait_for(lambda: node.output.count(WITHOUT_HANDSHAKE) == 2, "a second line")


def test_a_node_that_nobody_connects_to_says_nothing_of_it(home: Path) -> None:
    with StandinProcess.start(home) as node:
        node.wait_until_up()
        node.hang_up()
        node.wait_for_line("forging on")
    assert "handshake" not in node.output


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (PROPOSAL, True),
        (PROPOSAL[:7], False),
        (b"", False),
        (PROPOSAL[:4] + b"\x80" + PROPOSAL[5:], False),  # from the responder
        (PROPOSAL[:5] + b"\x05" + PROPOSAL[6:], False),  # another mini-protocol
        (b"GET / HTTP/1.1", False),
    ],
)
def test_a_handshake_is_known_by_its_head(received: bytes, expected: bool) -> None:
    assert is_handshake(received) is expected

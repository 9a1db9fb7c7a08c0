"""How long a probe takes while others hold a thousand idle connections and a hundred slow ones."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bench.process.servers import ended, floor, probe, sidecar, volumes, wait_until_ready
from bench.report.figure import Figure, Limit
from tests.support.standin import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDLE = 1_000
_SLOW = 100
_PROBES = 2_000
_BETWEEN_BYTES = 0.2
_BOUND_MS = 50.0
_PERCENTILE = 99


def measure() -> list[Figure]:
    """Return how long 99 of 100 probes took at most, alone and under load."""
    with volumes() as directory:
        port = free_port()
        with ended(sidecar(port, directory)):
            wait_until_ready(port)
            alone = _probes(port)
            with _load(port):
                loaded = _probes(port)
    port = free_port()
    with ended(floor(port)):
        wait_until_ready(port)
        bare = _probes(port)
    limit = Limit(_percentile_ms(bare), "an interpreter with the standard library's server, alone")
    beside = f"beside {_IDLE} idle and {_SLOW} slow connections"
    return [
        Figure("process/probe", "a probe, 99th percentile", _percentile_ms(alone), "ms", limit),
        Figure(
            "process/probe-loaded",
            f"a probe {beside}, 99th percentile",
            _percentile_ms(loaded),
            "ms",
            limit,
            _BOUND_MS,
        ),
    ]


def _probes(port: int) -> list[float]:
    seconds = []
    for _ in range(_PROBES):
        started = time.perf_counter()
        probe(port)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


@contextmanager
def _load(port: int) -> Iterator[None]:
    """Hold the connections; every slow one sends a byte of its request now and then."""
    done = threading.Event()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(_IDLE + _SLOW)
        ]
        writer = threading.Thread(target=_write_slowly, args=(connections[_IDLE:], done))
        writer.start()
        try:
            yield
        finally:
            done.set()
            writer.join()


def _write_slowly(connections: list[socket.socket], done: threading.Event) -> None:
    request = b"GET /startup-status HTTP/1.1\r\nhost: " + b"x" * 10_000
    position = 0
    while not done.wait(_BETWEEN_BYTES):
        for connection in connections:
            try:
                connection.sendall(request[position : position + 1])
            except OSError:  # the server has had enough of it
                continue
        position += 1


def _percentile_ms(ordered: list[float]) -> float:
    return 1e3 * ordered[min(len(ordered) - 1, len(ordered) * _PERCENTILE // 100)]

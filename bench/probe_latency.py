"""How long a probe takes while others hold a thousand idle connections and a hundred slow ones."""

from __future__ import annotations

import socket
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bench.servers import ended, floor, free_port, probe, say, sidecar, volumes, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDLE = 1_000
_SLOW = 100
_PROBES = 2_000
_BETWEEN_BYTES = 0.2
_BOUND = 0.05


def main() -> int:
    """Measure; returns the exit code."""
    with volumes() as directory:
        port = free_port()
        with ended(sidecar(port, directory)):
            wait_until_ready(port)
            _report("sidecar, alone", _probes(port))
            with _load(port):
                loaded = _probes(port)
            _report(f"sidecar, {_IDLE} idle and {_SLOW} slow connections", loaded)
    port = free_port()
    with ended(floor(port)):
        wait_until_ready(port)
        _report("floor: standard library server, alone", _probes(port))
    return 0 if _percentile(loaded, 99) < _BOUND else 1


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
            held = sum(_is_open(connection) for connection in connections[:_IDLE])
            say(f"  (of {_IDLE} idle connections {held} were still held at the end)")


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


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)  # noqa: FBT003 (its API)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _report(name: str, ordered: list[float]) -> None:
    shown = ", ".join(f"p{p} {_percentile(ordered, p) * 1e3:.1f} ms" for p in (50, 99))
    say(f"{name}: {shown}, max {ordered[-1] * 1e3:.1f} ms of {len(ordered)}")


if __name__ == "__main__":
    sys.exit(main())

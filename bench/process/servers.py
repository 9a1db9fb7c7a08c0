"""The programs that are measured: the sidecar, and the floor beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE, Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIDECAR = Path(__file__).parents[2] / "sidecar" / "src"
_MEMORY = Path("/dev/shm")  # noqa: S108 (a memory-backed directory, as in a pod)
_DEADLINE = 20.0

#: The least that a Python program needs to answer a probe.
_FLOOR = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"OK")
    def log_message(self, *_):
        pass
ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
"""


def sidecar(port: int, directory: Path) -> subprocess.Popen[bytes]:
    """Start a sidecar whose credentials are in place at the source."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_SIDECAR),
        "METRICS_PORT": str(port),
        "NODE_SOCKET": str(directory / "node.socket"),
    }
    files = {"KES_KEY": KES_FILE, "VRF_KEY": VRF_FILE, "OP_CERT": OP_CERT_FILE}
    for variable, name in files.items():
        environment[f"SOURCE_{variable}"] = str(directory / "source" / name)
        environment[f"TARGET_{variable}"] = str(directory / "target" / name)
    return _start(["-P", "-m", "forge_manager"], environment)


def floor(port: int) -> subprocess.Popen[bytes]:
    """Start the floor: a bare interpreter with the standard library's threaded server."""
    return _start(["-I", "-c", _FLOOR, str(port)], {"PATH": os.environ["PATH"]})


@contextmanager
def volumes() -> Iterator[Path]:
    """Give a pod's directories, in memory, with good credentials at the source."""
    with tempfile.TemporaryDirectory(dir=_MEMORY, prefix="bench-") as name:
        directory = Path(name)
        (directory / "source").mkdir()
        (directory / "target").mkdir()
        Pool.generate().issue().write(directory / "source")
        yield directory


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """End a process at the end."""
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def probe(port: int, target: str = "/startup-status", timeout: float = 10.0) -> int:
    """Make one request on a connection of its own, as the kubelet does; returns the status."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as client:
        client.sendall(f"GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        answer = client.recv(65_536)
        while client.recv(65_536):
            pass
    return int(answer.split(b" ", 2)[1])


def wait_until_ready(port: int) -> None:
    """Ask until the answer is 200."""
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        try:
            if probe(port, "/startup-status?wait=5") == 200:  # noqa: PLR2004 (OK)
                return
        except ConnectionError:
            time.sleep(0.001)
    raise TimeoutError(f"no 200 on port {port} within {_DEADLINE} s")


def _start(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

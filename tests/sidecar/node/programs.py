"""Small processes that listen on a socket, have odd names, or end when told."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTEN = """
import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(int(sys.argv[2]))
print("up", flush=True)
time.sleep(60)
"""
_ACCEPT = """
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(8)
print("up", flush=True)
while True:
    with listener.accept()[0] as connection:
        connection.recv(1)
        print("accepted", flush=True)
"""
_NAMED = """
import ctypes, sys, time
ctypes.CDLL(None).prctl(15, sys.argv[1].encode(), 0, 0, 0)
print("up", flush=True)
time.sleep(60)
"""


@contextmanager
def listener(path: Path, backlog: int = 16) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens and never accepts."""
    with _program(_LISTEN, str(path), str(backlog)) as process:
        yield process


@contextmanager
def accepting(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens, and writes a line for each connection that it accepts."""
    with _program(_ACCEPT, str(path)) as process:
        yield process


@contextmanager
def named(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this name."""
    with _program(_NAMED, name) as process:
        yield process


@contextmanager
def _program(code: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-S", "-P", "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"up\n"
            yield process
        finally:
            process.kill()

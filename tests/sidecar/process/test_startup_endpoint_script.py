"""The script that tests a sidecar, against good and bad ones."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sidecar.gate.secret_volume import SecretVolume
from tests.sidecar.process.sidecar_process import SidecarProcess
from tests.support.keys import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sidecar.conftest import Volumes

SCRIPT = Path(__file__).parents[3] / "test-startup-endpoint.py"
READY = {
    "status": "ready",
    "message": "m",
    "credentials_provisioned": True,
    "timestamp": "2026-01-31T00:00:00+00:00",
}
METRICS = b"""\
cardano_forging_enabled 0
cardano_leader_status{a="b"} 0
cardano_forge_manager_info_info{a="b"} 1
"""


def _run(port: int, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), "localhost", str(port), *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


Pages = dict[str, tuple[int, bytes]]


@pytest.fixture
def pages() -> Iterator[tuple[int, Pages]]:
    """A server on some port with pages that a test changes; all are good at first."""
    content: Pages = {
        "/startup-status": (200, json.dumps(READY).encode()),
        "/health": (200, b"OK"),
        "/metrics": (200, METRICS),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = content[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1], content
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_running_sidecar_passes_once_its_files_have_come(volumes: Volumes) -> None:
    with SidecarProcess(volumes) as sidecar:
        assert _run(sidecar.port).returncode == 1
        timer = threading.Timer(
            1, SecretVolume(volumes.source).update, (Pool.generate(b"s").issue().by_name(),)
        )
        timer.start()
        ended = _run(sidecar.port, "--wait", "20")
        timer.join()
        assert ended.returncode == 0, ended.stdout
        assert "waiting: 503 not_ready SourceMissing" in ended.stdout
        assert ended.stdout.count("ok    /") == 3


@pytest.mark.parametrize(
    ("path", "status", "body", "said"),
    [
        ("/startup-status", 503, READY | {"status": "error", "reason": "R"}, "503 error R: m"),
        ("/startup-status", 503, READY, "503 with status 'ready'"),
        ("/startup-status", 404, READY, "answered 404"),
        ("/startup-status", 200, b"OK", "bad JSON"),
        ("/startup-status", 200, b"[" * 100_000, "bad JSON"),
        ("/startup-status", 200, {"status": "ready"}, "lacks message, credentials_provisioned"),
        ("/startup-status", 200, READY | {"credentials_provisioned": 1}, "lacks credentials"),
        ("/health", 503, b"stalled\x1b[31m", "FAIL  /health          503 stalled [31m"),
        ("/metrics", 500, b"", "answered 500"),
        ("/metrics", 200, b"\xff\n# cardano_leader_status\n", "lacks cardano_leader_status"),
    ],
)
def test_what_does_not_hold_is_said(
    pages: tuple[int, Pages],
    *,
    path: str,
    status: int,
    body: bytes | dict[str, object],
    said: str,
) -> None:
    port, content = pages
    assert _run(port).returncode == 0
    content[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode())
    ended = _run(port)
    assert ended.returncode == 1
    assert said in ended.stdout
    assert ended.stderr == ""


def test_nobody_there_is_an_answer_too() -> None:
    ended = _run(1)
    assert ended.returncode == 1
    assert ended.stdout.count("FAIL") == 3
    assert "refused" in ended.stdout


@pytest.mark.parametrize("arguments", [[], ["localhost"], ["localhost", "http"], ["h", "99999"]])
def test_wrong_arguments_are_a_code_of_their_own(arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, timeout=20, check=False
    )
    assert ended.returncode == 2

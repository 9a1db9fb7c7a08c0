"""The sidecar as a process of its own, with real files, signals and connections."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.sidecar.http.client import Answer, get
from tests.sidecar.waiting import until
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tests.sidecar.conftest import Volumes

SOURCE = Path(__file__).parents[3] / "sidecar" / "src"


def environment(volumes: Volumes, **more: str) -> dict[str, str]:
    """Return the variables of a sidecar on these volumes and any free port."""
    found = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "METRICS_PORT": "0",
        "LOG_FORMAT": "json",
        "NODE_SOCKET": str(volumes.socket),
    }
    files = {"KES_KEY": KES_FILE, "VRF_KEY": VRF_FILE, "OP_CERT": OP_CERT_FILE}
    for variable, name in files.items():
        found[f"SOURCE_{variable}"] = str(volumes.source / name)
        found[f"TARGET_{variable}"] = str(volumes.target / name)
    return found | more


def command(*arguments: str) -> list[str]:
    """Return the command line of the sidecar."""
    return [sys.executable, "-P", "-m", "forge_manager", *arguments]


class SidecarProcess:
    """A running sidecar; leaving the context ends it."""

    def __init__(self, volumes: Volumes, *, wrapper: Sequence[str] = (), **variables: str) -> None:
        self._log_path = volumes.root / "sidecar.log"
        with self._log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [*wrapper, *command()],
                env=environment(volumes, **variables),
                stderr=log,
                stdout=log,
            )
        self._port: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def log(self) -> str:
        """Everything logged so far."""
        return self._log_path.read_text()

    def events(self, message: str) -> list[dict[str, Any]]:
        """Return the log lines with this message."""
        lines = [json.loads(line) for line in self.log.splitlines()]
        return [line for line in lines if line["message"] == message]

    @property
    def port(self) -> int:
        """The port it listens on, waiting for it to say so."""
        if self._port is None:
            until(lambda: '"port": ' in self.log or self.process.poll() is not None, "the port")
            found = re.search(r'"port": (\d+)', self.log)
            assert found, self.log
            self._port = int(found[1])
        return self._port

    def get(self, target: str) -> Answer:
        """Make a request."""
        return get(self.port, target)

    def status(self) -> tuple[int, str]:
        """Return the gate's HTTP status and reason."""
        answer = self.get("/startup-status")
        return answer.status, answer.json()["reason"]

    def wait_for_status(self, status: int, reason: str) -> float:
        """Wait until the gate says this; returns how many seconds that took."""
        return until(lambda: self.status() == (status, reason), f"{status} {reason}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=10)

"""The stand-in node as a plain process on this machine, for tests without a cluster."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMAND = Path(__file__).parents[1] / "e2e" / "standin" / "cardano-node"
_DEADLINE_SECONDS = 20.0
_POLL_SECONDS = 0.01


@dataclass
class StandinProcess:
    """A running stand-in. Its directory holds keys/, config/, db/, node.socket and its output."""

    directory: Path
    process: subprocess.Popen[bytes]
    metrics_port: int
    output_start: int  # where its own output begins in the file that its successors share
    scrapes: HTTPConnection = field(init=False)  # kept: new connections are few a second

    def __post_init__(self) -> None:
        self.scrapes = HTTPConnection("127.0.0.1", self.metrics_port, timeout=_DEADLINE_SECONDS)

    @classmethod
    def start(cls, directory: Path, **env: str) -> Self:
        """Start it as a non-producing block producer on `directory`/keys, with quick settings.

        Further environment variables replace the ones set here.
        """
        if not (directory / "config").exists():
            CustomNetwork().write(directory / "config")
        port = free_port()
        settings = {**_environment(directory, port), **env}
        with (directory / "output").open("ab") as output:
            output_start = output.tell()
            process = subprocess.Popen(
                [sys.executable, str(COMMAND), "run"],
                env={"PATH": os.environ["PATH"], **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return cls(directory, process, port, output_start)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.scrapes.close()
        self.process.kill()
        self.process.wait()

    @property
    def output(self) -> str:
        """Everything it has printed."""
        return (self.directory / "output").read_bytes()[self.output_start :].decode()

    @property
    def socket(self) -> Path:
        return self.directory / "node.socket"

    def forging_metric(self) -> float | None:
        """The value of the forging metric, None when it is not there."""
        return self.metrics().get("cardano_node_metrics_forging_enabled_int")

    def metrics(self) -> dict[str, float]:
        try:
            page = self._page()
        except ConnectionError:  # closed by the node after its silence: ask on a new one
            self.scrapes.close()
            page = self._page()
        pairs = (line.split() for line in page.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def _page(self) -> str:
        self.scrapes.request("GET", "/metrics")
        return self.scrapes.getresponse().read().decode()

    def hang_up(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def wait_until_up(self) -> Self:
        self.wait_for_line("accepts connections")
        return self

    def wait_for_line(self, pattern: str) -> None:
        """Wait until its output has a match of this regular expression."""
        self.wait_for(lambda: re.search(pattern, self.output) is not None, f"line {pattern!r}")

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not condition():
            code = self.process.poll()
            assert code is None, f"exited with {code} before {what}:\n{self.output}"
            assert time.monotonic() < deadline, f"{what} did not come:\n{self.output}"
            time.sleep(_POLL_SECONDS)

    def wait_for_exit(self) -> int:
        """Return its exit code; negative is the signal that ended it."""
        return self.process.wait(_DEADLINE_SECONDS)


def free_port() -> int:
    """Return a TCP port that nobody listens on now.

    It lies below those that Linux gives to clients, so that no connection takes it meanwhile.
    """
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port := random.randrange(20_000, 32_768)))
            return port


def _environment(directory: Path, metrics_port: int) -> Mapping[str, str]:
    keys = directory / "keys"
    return {
        "CARDANO_BLOCK_PRODUCER": "true",
        "CARDANO_CONFIG": str(directory / "config" / "config.json"),
        "CARDANO_TOPOLOGY": str(directory / "config" / "topology.json"),
        "CARDANO_DATABASE_PATH": str(directory / "db"),
        "CARDANO_SOCKET_PATH": str(directory / "node.socket"),
        "CARDANO_SHELLEY_KES_KEY": str(keys / KES_FILE),
        "CARDANO_SHELLEY_VRF_KEY": str(keys / VRF_FILE),
        "CARDANO_SHELLEY_OPERATIONAL_CERTIFICATE": str(keys / OP_CERT_FILE),
        "START_AS_NON_PRODUCING": "true",
        "STANDIN_BOOT_SECONDS": "0",
        "STANDIN_HOOK_SECONDS": "0",
        "STANDIN_METRICS_PORT": str(metrics_port),
    }

"""A pod on this machine: its volumes, a manager's writes by hand, a real guard, a real node."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forge_manager.base.clocks import read_boot_id, read_clocks
from forge_manager.base.moment import SECOND
from forge_manager.fence.fuse import Fuse
from forge_manager.fence.keys import NodeKeys
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence
from forge_manager.fence.state_directory import StateDirectory
from forge_manager.fence.swapped_set import SwappedSet
from forge_manager.node.process import HeldProcess, NodeProcess, identify
from tests.sidecar.conftest import paths_in
from tests.sidecar.process.sidecar_process import SOURCE, command
from tests.sidecar.waiting import until
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE, CredentialFiles, Pool
from tests.support.standin import StandinProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Pool.generate(b"guard").issue()
#: Seconds of a fence that must not end before the test has taken some steps, on a busy machine.
SHORT = 3.0


@dataclass
class Pod:
    """Directories as the containers mount them; `keys` holds the node's three paths."""

    root: Path
    state: StateDirectory = field(init=False)

    def __post_init__(self) -> None:
        for directory in (self.state_directory, self.checked, self.target):
            directory.mkdir()
        self.state = StateDirectory(self.state_directory, read_boot_id())

    @property
    def state_directory(self) -> Path:
        return self.root / "state"

    @property
    def checked(self) -> Path:
        return self.root / "checked"

    @property
    def target(self) -> Path:
        return self.root / "keys"

    @property
    def socket(self) -> Path:
        return self.root / "node.socket"

    @property
    def node_keys(self) -> NodeKeys:
        """The keys as the manager handles them."""
        return NodeKeys(paths_in(self.target), self.checked)

    @property
    def timeless_fuse(self) -> Fuse:
        """A fuse of the test's own process, which must not end by a timer."""
        return Fuse(self.state_directory, lambda _: None)

    def keep_fuse(self) -> None:
        """Take part in the fuse until this process ends, as a manager that lives does."""
        fence = self.state.fence()
        assert fence is not None
        assert fence.node is not None
        with HeldProcess.hold(fence.node) or nullcontext() as held:
            self.timeless_fuse.follow(fence, held, read_clocks())

    @property
    def live(self) -> LiveKeys:
        return self.node_keys.look()[0]

    def provision(self, files: CredentialFiles = FILES) -> None:
        """Write the checked set, as the manager does once it has passed the checks."""
        SwappedSet(self.checked).install(files.by_name())

    def publish(
        self,
        node: NodeProcess | None,
        *,
        seconds: float = 0.0,
        off: bool = False,
        boot_id: str | None = None,
    ) -> int:
        """Write a fence that ends so many seconds from now; returns its CLOCK_BOOTTIME."""
        now = read_clocks()
        until_ns = now.boot_ns + int(seconds * SECOND)
        fence = Fence(boot_id or read_boot_id(), node, until_ns, now.offset_ns, off)
        self.state.publish_fence(fence)
        return until_ns

    @contextmanager
    def guard(self, **variables: str) -> Iterator[GuardProcess]:
        """Run a guard; leaving ends it."""
        running = GuardProcess(self, variables)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()

    def node(self, **variables: str) -> StandinProcess:
        """Start the stand-in node on the target's files."""
        return StandinProcess.start(self.root, **variables)

    def environment(self) -> dict[str, str]:
        """Return the guard's variables."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "LOG_FORMAT": "json",
            "STATE_DIR": str(self.state_directory),
            "CHECKED_DIR": str(self.checked),
            "NODE_SOCKET": str(self.socket),
            "TARGET_KES_KEY": str(self.target / KES_FILE),
            "TARGET_VRF_KEY": str(self.target / VRF_FILE),
            "TARGET_OP_CERT": str(self.target / OP_CERT_FILE),
        }


class GuardProcess:
    """A running guard."""

    def __init__(self, pod: Pod, variables: dict[str, str]) -> None:
        self._pod = pod
        log = pod.root / f"guard-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command("guard"),
                env=pod.environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._log = log

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def said(self, message: str) -> list[dict[str, Any]]:
        """Return the log lines with this message."""
        return [event for event in self.events if event["message"] == message]

    def wait_for(self, node: NodeProcess | None) -> None:
        """Wait until its heartbeat says that it lives now and holds this process."""
        asked_ns = read_clocks().boot_ns

        def beats() -> bool:
            assert self.process.poll() is None, self._log.read_text()
            beat = self._pod.state.heartbeat()
            return beat is not None and beat.beat_ns > asked_ns and beat.node == node

        until(beats, f"a heartbeat that holds {node}")

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=10)


def process_of(running: subprocess.Popen[bytes]) -> NodeProcess:
    """Return who a child of this test is."""
    found = identify(running.pid)
    assert found is not None
    return found


def end_of(process: NodeProcess, seconds: float = 10.0) -> int:
    """Wait until a process has ended; returns CLOCK_BOOTTIME, to about a millisecond."""
    held = HeldProcess.hold(process)
    if held is not None:
        with held:
            assert held.wait_for_end(seconds), f"{process} did not end in {seconds} s"
    return read_clocks().boot_ns


def report(figure: str) -> None:
    """Print a figure that a test measured (pytest -rP shows it)."""
    sys.stdout.write(f"{figure}\n")

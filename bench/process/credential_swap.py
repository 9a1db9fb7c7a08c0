"""What readers see while the set is swapped: 10,000 reads of each kind."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from bench.process.servers import volumes
from bench.report.figure import Figure
from forge_manager.gate.target import TargetDirectory
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE

_NAMES = (KES_FILE, VRF_FILE, OP_CERT_FILE)
_READS = 10_000
_SWEEP_EVERY = 200


def measure() -> list[Figure]:
    """Return the longest swap, and how many of the sets that were read were mixed."""
    with volumes() as directory:
        target = directory / "target"
        writer = _Writer(target)
        writer.start()
        try:
            once = sum(len(_read_resolved(target)) > 1 for _ in range(_READS))
            in_turn = sum(_is_mixed_in_turn(target) for _ in range(_READS))
        finally:
            writer.stop()
    return [
        Figure("process/swap", f"longest of {writer.swaps} swaps", 1e3 * writer.longest, "ms"),
        Figure(
            "process/mixed",
            f"mixed sets of {_READS}, the directory resolved once",
            once,
            "",
            bound=0,
        ),
        Figure(
            "process/mixed-in-turn",
            f"mixed sets of {_READS}, three paths opened in turn",
            in_turn,
            "",
        ),
    ]


class _Writer(threading.Thread):
    """Swaps sets as fast as it can."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._target = TargetDirectory(directory)
        self._done = threading.Event()
        self.swaps = 0
        self.longest = 0.0
        self._swap()

    def run(self) -> None:
        """Swap until stopped."""
        while not self._done.is_set():
            self._swap()
            if self.swaps % _SWEEP_EVERY == 0:
                self._target.sweep()

    def stop(self) -> None:
        """End."""
        self._done.set()
        self.join()

    def _swap(self) -> None:
        started = time.perf_counter()
        self._target.install({name: str(self.swaps).encode() for name in _NAMES})
        self.longest = max(self.longest, time.perf_counter() - started)
        self.swaps += 1


def _read_resolved(target: Path) -> set[bytes]:
    while True:
        try:
            directory = Path(os.path.realpath(target / "..live", strict=True))
            return {(directory / name).read_bytes() for name in _NAMES}
        except FileNotFoundError:  # swept: this reader was away for many swaps
            continue


def _is_mixed_in_turn(target: Path) -> bool:
    """Tell whether such a reader gets parts of several sets, or none: it was swept meanwhile."""
    with ExitStack() as opened:
        try:
            files = [opened.enter_context((target / name).open("rb")) for name in _NAMES]
        except FileNotFoundError:
            return True
        return len({file.read() for file in files}) > 1

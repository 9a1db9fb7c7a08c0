"""What readers see while the set is swapped: 10,000 reads of each kind."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from bench.servers import say, volumes
from forge_manager.gate.target import TargetDirectory
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE

_NAMES = (KES_FILE, VRF_FILE, OP_CERT_FILE)
_READS = 10_000
_SWEEP_EVERY = 200


def main() -> int:
    """Measure; returns the exit code."""
    with volumes() as directory:
        target = directory / "target"
        writer = _Writer(target)
        writer.start()
        try:
            mixed_once = sum(len(_read_resolved(target)) > 1 for _ in range(_READS))
            in_turn = [_read_in_turn(target) for _ in range(_READS)]
        finally:
            writer.stop()
    mixed = [seconds for versions, seconds in in_turn if len(versions) > 1]
    say(f"{writer.swaps} swaps; the longest took {writer.longest * 1e3:.2f} ms, files and all")
    say(f"directory resolved once: {mixed_once} mixed of {_READS}")
    longest = f", opened within at most {max(mixed) * 1e3:.2f} ms" if mixed else ""
    say(f"three paths in turn: {len(mixed)} mixed of {_READS}{longest}")
    return 1 if mixed_once else 0


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


def _read_in_turn(target: Path) -> tuple[set[bytes], float]:
    started = time.perf_counter()
    descriptors = [os.open(target / name, os.O_RDONLY) for name in _NAMES]
    seconds = time.perf_counter() - started
    contents = {os.read(descriptor, 100) for descriptor in descriptors}
    for descriptor in descriptors:
        os.close(descriptor)
    return contents, seconds


if __name__ == "__main__":
    sys.exit(main())

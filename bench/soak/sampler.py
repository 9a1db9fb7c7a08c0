"""Samples what every process of some releases takes, from a thread of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from devkit.steps import StepError
from tests.e2e.framework.usage import Place, Process, Usage, usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    #: Where the journals of a release are: directories by machine. Raises StepError.
    Places = Callable[[], Iterable[tuple[Place, Sequence[str]]]]

EVERY_S = 10.0


@dataclass(frozen=True)
class Sample:
    """What a process took at a moment of this machine's monotonic clock, in seconds."""

    at_s: float
    usage: Usage


@dataclass(frozen=True)
class Lifetime:
    """A process of a release: after a restart it is another one."""

    release: str
    process: Process


class Sampler:
    """Between enter and exit samples come every 10 s; what cannot be read then is left out."""

    def __init__(
        self, releases: Mapping[str, Places], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.found: dict[Lifetime, list[Sample]] = defaultdict(list)
        self._releases = releases
        self._clock = clock
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it. Raises what has ended the thread before."""
        self._end.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def sample(self) -> None:
        """Take one sample of each process."""
        for release, places in self._releases.items():
            with contextlib.suppress(StepError):
                for machine, directories in places():
                    self._sample_of(release, machine, directories)

    def _sample_of(self, release: str, machine: Place, directories: Sequence[str]) -> None:
        with contextlib.suppress(StepError):  # as of a machine that is paused
            taken = usage(machine, directories)
            now_s = self._clock()
            for process, each in taken.items():
                self.found[Lifetime(release, process)].append(Sample(now_s, each))

    def _run(self) -> None:
        try:
            while not self._end.wait(EVERY_S):
                self.sample()
        except Exception as error:  # noqa: BLE001 - it is raised where the thread is joined
            self._failure = error

"""Who forged when, from the stand-in's own log: a tick every 100 ms while it forges."""

from __future__ import annotations

import re
import subprocess
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from timeline.observations import NODE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from timeline.namespace import Namespace

TICK = timedelta(milliseconds=100)
#: A tick may be late on a loaded machine; a longer silence is a time without forging.
_LONGEST_TICK = timedelta(milliseconds=400)
_LINE = re.compile(r"^(\S+Z) (\S+) tick$", re.MULTILINE)
_RETRY_S = 0.5
#: Log lines reach the witness this late at most.
_LONGEST_SILENCE = timedelta(seconds=2)


@dataclass(frozen=True)
class Span:
    """One pod forged from the first of its ticks to the last, without a pause."""

    pod: str
    start: datetime
    end: datetime


def spans(text: str) -> list[Span]:
    """Return when which pod forged, in the order of their beginnings. `text`: log lines."""
    ticks: dict[str, set[datetime]] = {}
    for at, pod in _LINE.findall(text):
        ticks.setdefault(pod, set()).add(datetime.fromisoformat(at))
    found = []
    for pod, times in ticks.items():
        start = before = min(times)
        for tick in [*sorted(times), datetime.max.replace(tzinfo=before.tzinfo)]:
            if tick - before > _LONGEST_TICK:
                found.append(Span(pod, start, before))
                start = tick
            before = tick
    return sorted(found, key=lambda span: span.start)


def overlap_s(found: Iterable[Span]) -> float:
    """Return for how many seconds two pods forged at once."""
    listed = list(found)
    both = timedelta()
    for index, one in enumerate(listed):
        for other in listed[index + 1 :]:
            if one.pod != other.pod:
                shared = min(one.end, other.end) - max(one.start, other.start)
                both += max(shared, timedelta())
    return both.total_seconds()


def longest_gap_s(found: Iterable[Span], *, after: datetime) -> float:
    """Return the longest time with no forger between two that forged, from `after` on."""
    longest, end = timedelta(), None
    for span in found:
        if end is not None and span.end > after:
            longest = max(longest, span.start - max(end, min(after, span.start)))
        end = span.end if end is None else max(end, span.end)
    return longest.total_seconds()


class Witness:
    """Follows the logs of the nodes of some pods, whatever becomes of the pods."""

    def __init__(self, namespace: Namespace, pods: Iterable[str], directory: Path) -> None:
        self._namespace = namespace
        self._files = {pod: directory / f"{pod}.log" for pod in pods}
        self._ended = threading.Event()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._threads = [
            threading.Thread(target=self._follow, args=(pod, file), daemon=True)
            for pod, file in self._files.items()
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        for process in list(self._running.values()):
            process.kill()
        for thread in self._threads:
            thread.join()

    def spans(self) -> list[Span]:
        """Return when which pod forged, so far."""
        texts = (file.read_text(errors="replace") for file in self._files.values() if file.exists())
        return spans("\n".join(texts))

    def forger(self) -> str | None:
        """Return who forges at this moment, by the newest ticks."""
        found = self.spans()
        newest = max(found, key=lambda span: span.end, default=None)
        if newest is None or datetime.now(UTC) - newest.end > _LONGEST_SILENCE:
            return None
        return newest.pod

    def _follow(self, pod: str, file: Path) -> None:
        kubectl = self._namespace.kubectl
        command = [
            *(str(kubectl.program), "--kubeconfig", str(kubectl.kubeconfig)),
            *("logs", "--follow", pod, f"--container={NODE}", "--namespace", self._namespace.name),
        ]
        # What is read again after a break is the same lines: times are taken as a set.
        while not self._ended.is_set():
            with file.open("ab") as output:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.DEVNULL,
                )
            self._running[pod] = process
            process.wait()
            self._ended.wait(_RETRY_S)

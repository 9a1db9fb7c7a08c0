"""What the processes of pods take, read on their machines: it needs no API server.

Which pods is told by the journals on the machine: each is named after the uid of a pod whose node
has started.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tests.e2e.framework.replica import Part
from tests.support import proc_stat

if TYPE_CHECKING:
    from collections.abc import Iterable

# Of each process of these pods a line: its control group; its pid, the files it has open, its
# resident set in kB and its stat; its command line with paths left out. What ends meanwhile is left
# out.
SCRIPT = """
proc=$1
shift
pods=$(find "$@" -path '*/journal/*' -type f | sed 's|.*/||; s|-|[-_]|g')
[ -n "$pods" ] || exit 0
for group in $(grep -ls "$pods" "$proc"/[0-9]*/cgroup); do
  process=${group%/cgroup}
  words=$(tr '\\0' '\\n' 2>/dev/null < "$process/cmdline" | sed 's|.*/||' | tr '\\n' ' ')
  resident=$(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' "$process/status" 2>/dev/null || true)
  stat=$(cat "$process/stat" 2>/dev/null || true)
  set -- "$process"/fd/*
  [ -L "$1" ] && [ -n "$words" ] && [ -n "$resident" ] && [ -n "$stat" ] || continue
  printf '%s\\t%s\\t%s\\t%s\\n' "$(tr '\\n' ' ' < "$group")" "$# $resident" "$stat" "${words% }"
done
"""
_POD = re.compile(r"pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})")


class Place(Protocol):
    """A machine that runs a script as root."""

    def run(self, script: str, *arguments: str) -> str:
        """Return its output. Raises StepError."""


@dataclass(frozen=True)
class Process:
    """One life of a process: its pod, what it is, its pid, and when it started after boot."""

    uid: str
    part: Part
    pid: int
    started_ticks: int


@dataclass(frozen=True)
class Usage:
    """What a process takes at a moment; `cpu_s` since it started."""

    resident_mb: float
    descriptors: int
    threads: int
    cpu_s: float


def usage(machine: Place, journals: Iterable[str]) -> dict[Process, Usage]:
    """Return what each process takes now of the pods whose journals are in these directories.

    Raises StepError, as while the machine is paused.
    """
    return dict(_parse(machine.run(SCRIPT, "/proc", *journals)))


def _parse(text: str) -> Iterable[tuple[Process, Usage]]:
    for line in text.splitlines():
        group, taken, stat, words = line.split("\t")
        part = next((part for part in Part if f" {words}".endswith(f" {part.value}")), None)
        pod = _POD.search(group)
        if part is None or pod is None:
            continue
        descriptors, resident_kb = map(int, taken.split())
        found = proc_stat.parse(stat)
        uid, pid = pod[1].replace("_", "-"), int(stat.partition(" ")[0])
        yield (
            Process(uid, part, pid, found.started_ticks),
            Usage(
                resident_mb=resident_kb * 1024 / 1e6,
                descriptors=descriptors,
                threads=found.threads,
                cpu_s=found.cpu_s,
            ),
        )

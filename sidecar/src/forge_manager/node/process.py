"""A process held by its pidfd, so that no later one with its number is ever signalled.

Facts from proc(5), pidfd_open(2), pidfd_send_signal(2). Standard library only, for the guard.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable


_PROC = Path("/proc")
_MAX_STAT_BYTES = 4096
_STATE, _START_TICKS = 0, 19  # of what follows the name in /proc/PID/stat: fields 3 and 22
_ENDED = frozenset({"Z", "X"})
_SHOWN_NAME_LENGTH = 15  # the kernel cuts a process's name there (TASK_COMM_LEN less its NUL)


class NodeProcess(NamedTuple):
    """One process, distinct from any later one with its number.

    `start_ticks` is field 22 of /proc/PID/stat, proc(5): clock ticks after boot.
    """

    pid: int
    start_ticks: int


def identify(pid: int, proc: Path = _PROC) -> NodeProcess | None:
    """Return the process that has this number now; None if there is none."""
    found = _stat(pid, proc)
    if found is None or found[1][_STATE] in _ENDED:
        return None
    return NodeProcess(pid, int(found[1][_START_TICKS]))


def name_of(pid: int, proc: Path = _PROC) -> str | None:
    """Return the process's name, cut to 15 bytes as the kernel does; None if it has ended."""
    found = _stat(pid, proc)
    return None if found is None else found[0]


def has_name(pid: int, expected: str, proc: Path = _PROC) -> bool:
    """Tell whether the process's name is this one, as far as the kernel keeps names."""
    return is_named(name_of(pid, proc), expected)


def is_named(name: str | None, expected: str) -> bool:
    """Tell whether a name that the kernel has shown is this one, as far as it keeps names."""
    cut = expected.encode(errors="surrogateescape")[:_SHOWN_NAME_LENGTH]
    return name == cut.decode(errors="surrogateescape")


def is_running(expected: str, proc: Path = _PROC) -> bool:
    """Tell whether any process of this name lives, as far as can be seen from here."""
    try:
        pids = [int(entry) for entry in os.listdir(proc) if entry.isdecimal()]  # noqa: PTH208 (names)
    except OSError:
        return False
    return any(has_name(pid, expected, proc) and identify(pid, proc) for pid in pids)


class Held(Protocol):
    """One process for as long as it is held (node.process.HeldProcess)."""

    process: NodeProcess
    ours: bool

    @property
    def pidfd(self) -> int | None:
        """A descriptor that is readable from its end on; None when it is not held."""

    def alive(self) -> bool:
        """Tell whether it has not ended yet."""

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until it has ended, at most this long; tells whether it has."""

    def signal(self, number: int) -> bool:
        """Send it a signal; False when it had ended. Raises OSError."""

    def close(self) -> None:
        """Let go of it."""


class HeldProcess:
    """One process for as long as we hold it; `process` says which.

    `ours` is False when the kernel does not let us signal it (another user's process).
    """

    def __init__(self, process: NodeProcess, pidfd: int) -> None:
        self.process = process
        self._pidfd = pidfd
        self._closed = False
        self._poll = select.poll()
        self._poll.register(pidfd, select.POLLIN)  # readable from its end on, pidfd_open(2)
        self.ours = self._may_signal()

    @classmethod
    def hold(
        cls,
        process: NodeProcess,
        who_is: Callable[[int], NodeProcess | None] = identify,
    ) -> Self | None:
        """Hold exactly this process; None when it has ended, even if its number is in use again.

        Its identity is read again after the pidfd is open: from there on the pidfd cannot change.
        """
        try:
            pidfd = os.pidfd_open(process.pid)
        except (OSError, ValueError, OverflowError):
            return None
        if who_is(process.pid) != process:
            os.close(pidfd)
            return None
        return cls(process, pidfd)

    @property
    def pidfd(self) -> int | None:
        """A descriptor that is readable from its end on, None once it is closed."""
        return None if self._closed else self._pidfd

    def alive(self) -> bool:
        """Tell whether it has not ended yet; a zombie has."""
        return not self.wait_for_end(0)

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until it has ended, at most this long; tells whether it has."""
        return self._closed or bool(self._poll.poll(seconds * 1000))

    def signal(self, number: int) -> bool:
        """Send it a signal; False when it had ended. Raises PermissionError when it is not ours."""
        if self._closed:
            return False
        try:
            signal.pidfd_send_signal(self._pidfd, number)
        except ProcessLookupError:
            return False
        return True

    def close(self) -> None:
        """Release it; from then on it counts as ended, since its descriptor may be reused."""
        if not self._closed:
            self._closed = True
            os.close(self._pidfd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _may_signal(self) -> bool:
        try:
            self.signal(0)
        except OSError:
            return False
        return True


def _stat(pid: int, proc: Path) -> tuple[str, list[str]] | None:
    """Return the name and the fields after it. A name may hold anything, `) R 1 (` as well."""
    try:
        with (proc / str(pid) / "stat").open("rb") as file:
            content = file.read(_MAX_STAT_BYTES)
    except OSError:  # never there, or gone while it was read
        return None
    head, closing, rest = content.rpartition(b")")
    fields = rest.decode(errors="replace").split()
    with contextlib.suppress(ValueError, IndexError):
        int(fields[_START_TICKS])
        if closing:
            name = head.partition(b"(")[2]
            return name.decode(errors="surrogateescape"), fields
    return None

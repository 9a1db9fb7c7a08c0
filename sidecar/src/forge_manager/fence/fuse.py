"""The fuse: the kernel kills a forging node if manager and guard are both stopped or dead.

Manager and guard each hold both ends of two FIFOs. When the last of the two dies, however it dies,
the kernel closes its descriptors; the FIFO whose writing end goes first hangs up, and its reading
end sends its owner a signal: SIGKILL, to the node (fcntl(2): F_SETOWN, F_SETSIG, O_ASYNC; the
kernel's pipe_release). While one of the two lives there is a writer, and nothing happens. Which of
its descriptors a dying process closes first differs between kernels, so there are two FIFOs, one
opened in each order. The kernel holds the owner as a process, not as a number.

A stopped process is killed by its own timer (timer_create(2)) a moment after the fence: a process
that still works has by then killed the node, or renewed, and reset the timer.

Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forge_manager.base.moment import Moment
    from forge_manager.fence.protocol import Fence
    from forge_manager.node.process import Held, NodeProcess

#: How long after the fence a process that has not acted counts as stopped: four rounds of the
#: guard. A process that was only slow dies too; the last one takes the node with it.
PATIENCE_NS = 200 * MILLISECOND

#: Their names, and whether the end for writing has the lower number.
_FILES = (("fuse-1", True), ("fuse-2", False))
_MODE = 0o600
_CLOCK_BOOTTIME = 7  # linux/time.h
_TIMER_ABSTIME = 1  # linux/time.h
_SIGEVENT_WORDS = 16  # struct sigevent is 64 bytes: sigval (2), signo, notify, padding


class Fuse:
    """One process's part of the fuse. Opened when first armed; closed when the process ends."""

    def __init__(self, directory: Path, timer: Callable[[int], None] | None = None) -> None:
        """Take the directory that manager and guard share, and the function that sets the timer."""
        self._directory = directory
        self._set_timer = timer
        self._readers: list[int] = []
        self._armed: tuple[NodeProcess, int] | None = None

    def follow(self, fence: Fence, held: Held | None, now: Moment) -> None:
        """Arm for the node while the fence permits it to forge, else disarm.

        Raises OSError if the kernel cannot do this.
        """
        process = None if held is None else held.process
        if held is None or process is None or not fence.permits(process, now):
            self._disarm()
            return
        ends_ns = fence.ends_ns(now) + PATIENCE_NS
        if self._armed == (process, ends_ns):
            return
        for name, writer_first in _FILES[len(self._readers) :]:
            self._readers.append(_open(self._directory / name, writer_first=writer_first))
        if self._set_timer is None:
            self._set_timer = own_timer()
        self._own(process.pid)
        if not held.alive():  # or its number may be another's by now
            self._disarm()
            return
        self._set_timer(ends_ns)
        self._armed = process, ends_ns

    def _disarm(self) -> None:
        if self._readers:
            self._own(0)
        if self._set_timer is not None and self._armed is not None:
            self._set_timer(0)
        self._armed = None

    def _own(self, pid: int) -> None:
        for reader in self._readers:
            fcntl.fcntl(reader, fcntl.F_SETOWN, pid)


def _open(path: Path, *, writer_first: bool) -> int:
    """Open both ends for as long as this process lives; returns the reading one."""
    with suppress(FileExistsError):
        os.mkfifo(path, _MODE)
    flags = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
    reader = os.open(path, os.O_RDONLY | flags)
    opened = [reader]
    try:
        _check_kind(reader, path)
        opened.append(os.open(path, os.O_WRONLY | flags))
        if writer_first:  # give the reading end a new number, above the writing one
            lower, reader = reader, os.dup(reader)
            opened[0] = reader
            os.close(lower)
        fcntl.fcntl(reader, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC)
    except OSError:
        for descriptor in opened:  # it is tried again in every round
            os.close(descriptor)
        raise
    return reader


def _check_kind(descriptor: int, path: Path) -> None:
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, "not a FIFO", str(path))


def own_timer() -> Callable[[int], None]:
    """Return a function that sets when this process dies, in CLOCK_BOOTTIME; 0 cancels it.

    It dies of SIGKILL, which works even on a stopped process. Raises OSError.
    """
    library = ctypes.CDLL(None, use_errno=True)
    event = (ctypes.c_int * _SIGEVENT_WORDS)(0, 0, signal.SIGKILL, 0)  # SIGEV_SIGNAL is 0
    timer = ctypes.c_void_p()
    _checked(library.timer_create(_CLOCK_BOOTTIME, event, ctypes.byref(timer)))

    def set_to(boot_ns: int) -> None:
        times = (ctypes.c_long * 4)(0, 0, boot_ns // SECOND, boot_ns % SECOND)
        _checked(library.timer_settime(timer, _TIMER_ABSTIME, times, None))

    return set_to


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))

"""Keep other processes of the same user out of this one's memory, files and environment.

In a pod with a shared process namespace every container runs under one uid, so the node could read
`/proc/<sidecar>/root`, `environ` and `mem`. A process that is not dumpable is readable through
/proc by root alone (prctl(2), PR_SET_DUMPABLE; proc(5)).
"""

import ctypes
import os
import sys

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4


class HardeningError(Exception):
    """The kernel did not accept the protection; the process must not go on to read keys."""


class NotLinuxError(HardeningError):
    """This system has neither pods nor the protection that they need."""


def forbid_inspection() -> None:
    """Make this process unreadable through /proc and by ptrace; also switches core dumps off.

    Raises HardeningError, NotLinuxError among them.
    """
    if sys.platform != "linux":
        raise NotLinuxError(f"this command runs on Linux, not on {sys.platform}")
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise HardeningError(f"prctl(PR_SET_DUMPABLE, 0) failed: {reason}")
    if prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise HardeningError("prctl(PR_SET_DUMPABLE, 0) had no effect")

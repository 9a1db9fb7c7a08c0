"""Swaps two files in one step: renameat2(2) with RENAME_EXCHANGE."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
#: A file does not exist yet, or the file system or the kernel cannot do it.
_CANNOT = frozenset({errno.ENOENT, errno.EINVAL, errno.ENOSYS})


def exchange(one: Path, other: Path) -> bool:
    """Swap two files; False if one is missing or they cannot be swapped. Raises OSError."""
    renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    names = os.fsencode(one), os.fsencode(other)
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))

"""Swaps two files in one step: renameat2(2) with RENAME_EXCHANGE."""

from __future__ import annotations

import ctypes
import errno
import os

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
#: A file does not exist yet, or the file system or the kernel cannot do it.
_CANNOT = frozenset({errno.ENOENT, errno.EINVAL, errno.ENOSYS})


_library: list[ctypes.CDLL] = []  # loaded with the first exchange: not every system has it


def exchange(one: str, other: str) -> bool:
    """Swap two files; False if one is missing or they cannot be swapped. Raises OSError."""
    if not _library:
        _library.append(ctypes.CDLL(None, use_errno=True))
    names = os.fsencode(one), os.fsencode(other)
    rename = _library[0].renameat2
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), other)

"""Read a small file that may have become anything: a FIFO, a device, a directory, or huge.

Standard library only, and little of it, for the guard.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: A KES key's envelope is 1.3 KiB; anything larger is a different file.
SIGNING_FILE_BYTES = 16 * 1024


_LOOKS = 3


class NotAFileError(OSError):
    """It exists, but it is not a regular file."""


def read_regular(path: Path | str, limit: int) -> bytes:
    """Return a regular file's first `limit` bytes. Raises OSError, NotAFileError among them.

    The last component must not be a link (resolve it before). Never blocks: directories, devices,
    sockets and FIFOs are refused without being opened for data.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENODEV):  # a socket, or a device without a driver
            raise NotAFileError from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAFileError
        return os.pread(descriptor, limit, 0)  # whole: a regular file's read is
    finally:
        os.close(descriptor)


def read_bounded(path: Path | str, limit: int) -> bytes | None:
    """Return a regular file's content; None when it is missing, unreadable or longer than `limit`.

    As `read_regular`, but it never raises.
    """
    try:
        content = read_regular(path, limit + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= limit else None


def real_path(path: Path | str) -> str:
    """Return where a path leads, as os.path.realpath does, even while its links are exchanged.

    os.path.realpath raises when a link vanishes between two looks at it (posixpath of CPython 3.11
    to 3.13), which happens whenever manager and guard work on the same keys. This never raises; it
    returns the path itself if its links keep changing.
    """
    for _ in range(_LOOKS):
        try:
            return os.path.realpath(path)
        except OSError:
            continue
    return os.fspath(path)

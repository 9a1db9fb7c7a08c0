"""Read a small file that may be anything by now: a FIFO, a device, a directory, gigabytes long.

Standard library only, and little of it, for the guard.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: A KES key's envelope is 1.3 KiB; whatever is larger is another file.
SIGNING_FILE_BYTES = 16 * 1024


def read_bounded(path: Path | str, limit: int) -> bytes | None:
    """Return a regular file's content; None when it is missing, unreadable or longer than `limit`.

    The last component must not be a link (resolve it before). Never blocks and never raises.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        content = os.pread(descriptor, limit + 1, 0)  # whole: a regular file's read is
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return content if len(content) <= limit else None

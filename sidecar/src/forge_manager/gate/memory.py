"""Whether a directory keeps its content in memory: key material must not reach a disk."""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def file_system_of(directory: Path, mountinfo: str | None = None) -> str | None:
    """Return the type of the file system that holds a directory, None when it is not known.

    `mountinfo` is in the form of proc(5).
    """
    try:
        text = _MOUNTS.read_text() if mountinfo is None else mountinfo
    except OSError:
        return None
    path = Path(os.path.realpath(directory))
    best: tuple[int, str] | None = None
    for line in text.splitlines():
        mount, separator, source = line.partition(" - ")
        fields = mount.split()
        if not separator or len(fields) < 5:  # noqa: PLR2004 (the fifth is the mount point)
            continue
        point = Path(fields[4].replace("\\040", " "))
        if path.is_relative_to(point) and (best is None or len(point.parts) >= best[0]):
            best = (len(point.parts), source.split()[0])
    return best[1] if best else None


def is_in_memory(directory: Path) -> bool | None:
    """Tell whether a directory is memory-backed; None when that cannot be found out."""
    kind = file_system_of(directory)
    return None if kind is None else kind in _IN_MEMORY
